"""Scans as scanners make them, and files that only look like one."""

import io
import zlib

from pypdf import PdfWriter


def pdf(*, script: str = "", attachment: bytes = b"", password: str = "", compressed: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    if attachment:
        writer.add_attachment("other.exe", attachment)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    action = b"<< /S /JavaScript /JS (" + script.encode() + b") >>"
    hidden = _in_a_stream(action) if compressed else b"9 0 obj " + action + b" endobj\n"
    return out.getvalue().replace(b"%%EOF", (hidden if script else b"") + b"%%EOF")


def _in_a_stream(action: bytes) -> bytes:
    """Where only whoever inflates an object stream finds it."""
    body = zlib.compress(b"1 0 " + action)
    about = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(body)
    return b"9 0 obj " + about + b"\nstream\n" + body + b"\nendstream endobj\n"


def png(*, after: bytes = b"") -> bytes:
    header = (1).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks) + after


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def jpeg(*, after: bytes = b"") -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8\xff\xe0\x00\x04\x00\x00" + frame + scan + b"\xff\xd9" + after
