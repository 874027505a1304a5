"""Bytes in a page and back: base64."""

import base64
import binascii


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """What does not decode is handed on as it is not: empty, which is no request and no certificate."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
