"""The unique number of an application (CA-6.P4)."""

from senim.unique_numbers import DIGITS, new, read, shown

__all__ = ["DIGITS", "new", "read", "shown"]
