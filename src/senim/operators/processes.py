"""The tables of operators with their words. Order 839 has sentences (15(1), 19(5)) and draws neither."""

from senim.operators.process import OPERATOR_APPLICATION, OPERATOR_STANDING
from senim.process import Explained

RULE = "certificates_by_order_839"
PROCESSES = (
    Explained("operator-letter", OPERATOR_APPLICATION, "operators", rule=RULE),
    Explained("operator-standing", OPERATOR_STANDING, "operators", stages="standing", rule=RULE),
)
