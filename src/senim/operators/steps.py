"""What the verbs of this room share: who acts."""

import getpass

from senim.operators.standing import Operator


def name_of(by: Operator | None) -> str:
    """Who acts, for the history and the journal: an operator, or the account at the console."""
    return by.reference if by is not None else f"console:{getpass.getuser()}"
