"""Every page of the desk. Each noun's module holds its own lines."""

from senim.desk import (
    archive,
    card,
    cases,
    clocks,
    counter,
    counter_steps,
    countersigning,
    frozen,
    hands,
    operator,
    operator_letters,
    operators,
    revoking,
    sign_in,
    systems,
    worklist,
)
from senim.pages.routes import Route

ROUTES: list[Route] = [
    *sign_in.ROUTES,
    *worklist.ROUTES,
    *cases.ROUTES,
    *hands.ROUTES,
    *operator.ROUTES,
    *card.ROUTES,
    *countersigning.ROUTES,
    *revoking.ROUTES,
    *clocks.ROUTES,
    *operators.ROUTES,
    *archive.ROUTES,
    *operator_letters.ROUTES,
    *systems.ROUTES,
    *frozen.ROUTES,
    *counter.ROUTES,
    *counter_steps.ROUTES,
]
