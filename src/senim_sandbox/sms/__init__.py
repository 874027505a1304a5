"""A short message centre (SMPP 3.4, written from the specification) and the phones behind it."""
