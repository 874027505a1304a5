"""Accounts: who a person is to the portal, how they sign in, and which phone number is theirs.

For citizens at the portal and for operators at the desk. Clauses: PT-2.*, PT-4.* (sign-in by signature,
password, or a code to the connected number); PH-2.4, PH-3, PH-4, PH-5.*, PH-8, PH-9, PH-A5, PH-A8b, PH-A9.*
(a subscriber number is connected through the portal, or changed).

* ``sign_in``: the challenge, what may answer it, the session it opens; ``password_sign_in`` and
  ``code_sign_in`` beside it, ``passwords`` to choose one; ``methods`` says which of them opens what;
* ``sessions``, ``attempts``: where a person is signed in, and who tried;
* ``numbers``: connect or change a subscriber number, by the tables in ``process``, one for each channel;
* ``bank``: a number compared and connected through a bank's app;
* ``one_time_passwords``: issue and judge codes sent by SMS;
* ``profiles``, ``timeline``, ``registry_reads``: what the cabinet shows;
* ``organisations``: accounts keyed on a BIN, and acting for them; ``registration``: who may open an account;
* ``freezing``: "this was not me"; ``factor_notices``: who is told when a way of signing in changes;
* ``signed_steps``: how sure it was who signed; ``processes``: the tables with their words, for everybody.
"""

from typing import NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)

__all__ = ["AccountId"]
