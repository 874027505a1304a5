"""Organisations: accounts keyed on a BIN, and the people who act for them (PT-2.1-1, PT-4.2, PT-4.3).

An organisation has no key and no number of its own: a person signs in with a certificate in a role for it,
or, holding such a certificate, by a code to their own connected number. Their session then acts for that
organisation in that role, and for nobody else; it changes sides only by signing in anew.

* ``mandates``: what a certificate lets its holder do, asked of the state database of legal entities;
* ``representatives``: whose number a BIN may be signed in with;
* ``acting``: for whom a session acts, and whether it still may;
* ``rights``: which role may do what; ``profiles``: what the organisation's cabinet shows, by these rights.
"""

from typing import NewType
from uuid import UUID

OrganisationId = NewType("OrganisationId", UUID)

__all__ = ["OrganisationId"]
