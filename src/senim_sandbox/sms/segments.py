"""Long messages arrive in parts, marked by a user data header (3GPP TS 23.040) or by SAR parameters."""

import struct
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from senim_sandbox.sms.pdu import BadPdu, Status, Submit, Tag

HAS_HEADER = 0x40
REFERENCE_8_BIT, REFERENCE_16_BIT = 0x00, 0x08
LARGEST_UNFINISHED = 500
"""How many unfinished messages are remembered; the oldest is forgotten first."""


@dataclass(frozen=True)
class Part:
    reference: int
    total: int
    number: int


class Assembly:
    """Puts parts together; a whole message comes out with its last part."""

    def __init__(self) -> None:
        self._unfinished: OrderedDict[tuple[str, str, int, int], dict[int, bytes]] = OrderedDict()

    def add(self, submit: Submit) -> bytes | None:
        """The whole content, or None while parts are missing. Raises BadPdu."""
        part, content = _part_of(submit)
        if part is None or part.total == 1:
            return content
        key = (submit.source, submit.destination, part.reference, part.total)
        parts = self._unfinished.setdefault(key, {})
        parts[part.number] = content
        if len(parts) < part.total:
            self._forget_the_oldest()
            return None
        del self._unfinished[key]
        return b"".join(parts[number] for number in sorted(parts))

    def clear(self) -> None:
        self._unfinished.clear()

    def _forget_the_oldest(self) -> None:
        while len(self._unfinished) > LARGEST_UNFINISHED:
            self._unfinished.popitem(last=False)


def _part_of(submit: Submit) -> tuple[Part | None, bytes]:
    if submit.esm_class & HAS_HEADER:
        return _from_header(submit.content)
    if Tag.SAR_MSG_REF_NUM in submit.parameters:
        return _from_parameters(submit.parameters), submit.content
    return None, submit.content


def _from_header(content: bytes) -> tuple[Part | None, bytes]:
    if not content or len(content) < 1 + content[0]:
        raise BadPdu(Status.ESME_RINVESMCLASS)
    end = 1 + content[0]
    for identifier, data in _elements(content[1:end]):
        if identifier == REFERENCE_8_BIT and len(data) == 3:
            return _checked(*data), content[end:]
        if identifier == REFERENCE_16_BIT and len(data) == 4:
            return _checked(*struct.unpack("!HBB", data)), content[end:]
    return None, content[end:]


def _elements(header: bytes) -> Iterator[tuple[int, bytes]]:
    while header:
        if len(header) < 2 or len(header) < 2 + header[1]:
            raise BadPdu(Status.ESME_RINVESMCLASS)
        yield header[0], header[2 : 2 + header[1]]
        header = header[2 + header[1] :]


def _from_parameters(parameters: dict[int, bytes]) -> Part:
    wanted = {Tag.SAR_MSG_REF_NUM: 2, Tag.SAR_TOTAL_SEGMENTS: 1, Tag.SAR_SEGMENT_SEQNUM: 1}
    if any(len(parameters.get(tag, b"")) != length for tag, length in wanted.items()):
        raise BadPdu(Status.ESME_RINVOPTPARSTREAM)
    return _checked(*(int.from_bytes(parameters[tag], "big") for tag in wanted))


def _checked(reference: int, total: int, number: int) -> Part:
    if not 1 <= number <= total:
        raise BadPdu(Status.ESME_RINVESMCLASS)
    return Part(reference, total, number)
