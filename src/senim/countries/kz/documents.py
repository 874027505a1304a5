"""Kinds of digital documents that a users' information system can be admitted to."""

DOCUMENT_TYPES = ("identity_card",)
