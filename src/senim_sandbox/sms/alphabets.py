"""From octets to letters and back, by ``data_coding`` (SMPP §5.2.19, 3GPP TS 23.038)."""

ESCAPE = "\x1b"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip

UCS2 = 0x08
BY_CODING = {0x01: "ascii", 0x03: "latin-1", 0x06: "iso8859_5", 0x07: "iso8859_8", UCS2: "utf-16-be"}
UNREADABLE = "\ufffd"


def decode(content: bytes, data_coding: int) -> str:
    """What a phone would show. Never fails: what cannot be read becomes U+FFFD or hexadecimal digits."""
    coding = _without_class(data_coding)
    if coding == 0x00:
        return _from_gsm(content)
    if coding in BY_CODING:
        return content.decode(BY_CODING[coding], errors="replace")
    return content.hex(" ")


def encode(text: str) -> tuple[int, bytes]:
    """``data_coding`` and octets: the default alphabet where it suffices, UCS-2 otherwise."""
    if all(letter in BASIC and letter != ESCAPE for letter in text):
        return 0x00, bytes(BASIC.index(letter) for letter in text)
    return UCS2, text.encode("utf-16-be")


def _without_class(data_coding: int) -> int:
    """The alphabet where the octet also says which screen or memory the message is for."""
    if data_coding & 0xF0 == 0xF0:
        return 0x04 if data_coding & 0x04 else 0x00
    if data_coding & 0xD0 == 0x10:
        return {0x00: 0x00, 0x04: 0x04, 0x08: UCS2}.get(data_coding & 0x0C, 0x04)
    return data_coding


def _from_gsm(content: bytes) -> str:
    letters, octets = [], iter(content)
    for octet in octets:
        if octet == 0x1B:
            letters.append(EXTENSION.get(next(octets, 0), UNREADABLE))
        else:
            letters.append(BASIC[octet] if octet < len(BASIC) else UNREADABLE)
    return "".join(letters)
