"""Phone numbers: whose mobile numbers may be connected, and what one looks like.

The operator cannot be told from the number: numbers move between operators.
"""

REGION = "KZ"
"""A number without a country code is read as one of this region: 8 701…, 701…"""
REGIONS = frozenset({"KZ"})
"""Other countries are added only on purpose: each one invites paid-for SMS traffic."""
EXAMPLE = "+7 701 000 00 00"
