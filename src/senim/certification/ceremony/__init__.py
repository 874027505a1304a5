"""The key ceremony: everything a new instance needs is made once, from one reviewed file.

Root, issuing authority, responders' and journal's keys, operators, officials and the sandbox's people. It
may be run again at any time: what is made already is left alone, and what was interrupted is finished or
made anew.
"""

from senim.certification.ceremony.perform import Performed, adopt, perform
from senim.certification.ceremony.plan import Plan, PlanWrong, read
from senim.certification.ceremony.renewal import renew
from senim.certification.ceremony.root_key import RootKeyNeeded, hand_over
from senim.certification.ceremony.succession import succeed

__all__ = [
    "Performed",
    "Plan",
    "PlanWrong",
    "RootKeyNeeded",
    "adopt",
    "hand_over",
    "perform",
    "read",
    "renew",
    "succeed",
]
