"""Whom a person in Kazakhstan calls."""

CONTACT_CENTRE = (("1414", "1414"), ("+78000807777", "8 800 080 7777"))
"""The state's unified contact centre (PH-10): number to dial, number as written."""
