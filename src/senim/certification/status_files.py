"""Generations of status files: what the authority publishes, and what the responders read, without a
database.

``<home>/status/<n>/`` holds ``base`` and ``recent`` (one record of 32 bytes a certificate, sorted by serial
number; what is in ``recent`` goes before), the revocation lists, and ``manifest.json`` with their digests,
signed by the issuing authority. So a generation costs what changed, and seldom a whole ``base`` anew.
``status/current`` names the generation that is shown; it is replaced in one step. No Django here:
responders import this module.
"""

import hashlib
import json
import mmap
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from senim.pki import der, signatures
from senim.pki.crl import RevocationReason
from senim.pki.keys import PrivateKey
from senim.pki.ocsp import CertStatus

MAGIC = b"SENIMST1"
RECORD = struct.Struct(">20sBBHQ")
REASONS = tuple(RevocationReason)
GOOD, REVOKED = 0, 1
BASE, RECENT, MANIFEST, SIGNATURE = "base", "recent", "manifest.json", "manifest.sig"
BEFORE = "statuses"
"""What held everything up to 0.3.0. The name is not used again: who knows no ``recent`` must refuse."""
RECENT_AT_LEAST, RECENT_PART = 4_096, 64
"""``recent`` goes into ``base`` once it holds so many records, and a 64th of them all."""
SIGNED_AS = b"senim status generation 1\n"
CLOCKS_DIFFER_BY = timedelta(minutes=5)


READ_WHOLE_EVERY = timedelta(minutes=10)
Content = bytes | mmap.mmap
Mark = tuple[int, int, int, int]
Mapped = TypeVar("Mapped", bytes, mmap.mmap)


class GenerationRefused(ValueError):
    """Not a generation the issuing authority signed, or one older than what was read before."""


@dataclass(frozen=True)
class Status:
    """One certificate's status as published."""

    status: CertStatus
    revoked_at: datetime | None = None
    reason: RevocationReason | None = None


UNKNOWN, IS_GOOD = Status(CertStatus.UNKNOWN), Status(CertStatus.GOOD)


@dataclass(frozen=True)
class Edition:
    """A revocation list's number and time."""

    number: int
    at: datetime


@dataclass(frozen=True)
class Scope:
    """How far the lists of one scope are: the complete one, the delta, the complete one that the delta builds
    on, and the one that the next deltas will."""

    complete: Edition
    delta: Edition
    base: Edition
    next_base: Edition


@dataclass(frozen=True)
class Manifest:
    """What a generation says of itself. ``files`` are names with their SHA-256, ``scopes`` revocation lists
    by the name of their scope."""

    generation: int
    issuer_key_id: str
    this_update: datetime
    next_update: datetime
    certificates: int
    files: Mapping[str, str]
    scopes: Mapping[str, Scope]

    def spell(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), default=_time).encode()

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises GenerationRefused."""
        try:
            said = json.loads(text)
            scopes = {name: _scope(editions) for name, editions in said.get("scopes", {}).items()}
            return cls(
                generation=int(said["generation"]),
                issuer_key_id=said["issuer_key_id"],
                this_update=datetime.fromisoformat(said["this_update"]),
                next_update=datetime.fromisoformat(said["next_update"]),
                certificates=int(said["certificates"]),
                files=dict(said["files"]),
                scopes=scopes,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise GenerationRefused("the manifest cannot be read") from wrong


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _scope(editions: Mapping[str, Mapping[str, Any]]) -> Scope:
    return Scope(
        **{
            name: Edition(int(said["number"]), datetime.fromisoformat(said["at"]))
            for name, said in editions.items()
        }
    )


def sign(manifest: bytes, *, key: PrivateKey) -> bytes:
    """The prefix keeps this signature apart from those over certificates and lists by the same key."""
    return signatures.sign(SIGNED_AS + manifest, key=key)


def verify(manifest: bytes, signature: bytes, *, issuing: bytes) -> None:
    """Raises GenerationRefused."""
    key = x509.load_der_x509_certificate(issuing).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise GenerationRefused("the issuing authority has no key we know")
    algorithm = der.read(signatures.identifier_for(key))
    try:
        signatures.verify(signature, SIGNED_AS + manifest, key=key, algorithm=algorithm)
    except ValueError as wrong:
        raise GenerationRefused("the manifest is not signed by the issuing authority") from wrong


def record_of(
    serial_number: int, revoked_at: datetime | None, reason: RevocationReason | None, *, authority: int = 1
) -> bytes:
    """``authority`` is the number of the one that issued it (``issuers``); files count from zero."""
    serial = serial_number.to_bytes(20, "big")
    if revoked_at is None or reason is None:
        return RECORD.pack(serial, GOOD, 0, authority - 1, 0)
    return RECORD.pack(serial, REVOKED, REASONS.index(reason), authority - 1, int(revoked_at.timestamp()))


def authority_of(record: bytes) -> int:
    """The number of the authority that issued the certificate; 0 for an empty record."""
    return RECORD.unpack(record)[3] + 1 if record else 0


def merge(base: "Statuses", changes: Iterable[bytes]) -> bytes:
    """The records of ``base`` with these put in their places; costs copying, not parsing."""
    whole, parts, position = base.records(), [MAGIC], 0
    for record in sorted(changes):
        place, found = base.place_of(record[:20])
        parts += [whole[position * RECORD.size : place * RECORD.size], record]
        position = place + found
    return b"".join([*parts, whole[position * RECORD.size :]])


class Statuses:
    """A statuses file, looked up where it lies."""

    def __init__(self, data: Content) -> None:
        if data[: len(MAGIC)] != MAGIC or (len(data) - len(MAGIC)) % RECORD.size:
            raise GenerationRefused("not a statuses file")
        self.data = data
        self.count = (len(data) - len(MAGIC)) // RECORD.size

    def records(self) -> bytes:
        return self.data[len(MAGIC) :]

    def place_of(self, serial: bytes) -> tuple[int, bool]:
        """Where this serial number is or would be, and whether it is there."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            start = len(MAGIC) + middle * RECORD.size
            there = self.data[start : start + 20]
            if there == serial:
                return middle, True
            low, high = (middle + 1, high) if there < serial else (low, middle)
        return low, False

    def record(self, serial_number: int) -> bytes:
        """As it stands in the file; empty for a serial number that is not in it."""
        if not 0 < serial_number < 1 << 160:
            return b""
        place, found = self.place_of(serial_number.to_bytes(20, "big"))
        start = len(MAGIC) + place * RECORD.size
        return self.data[start : start + RECORD.size] if found else b""

    def parts(self) -> Iterator[bytes]:
        """Record by record."""
        whole = self.records()
        return (whole[start : start + RECORD.size] for start in range(0, len(whole), RECORD.size))


def status_in(record: bytes) -> Status:
    """What a record says; an empty one, that the certificate is unknown."""
    if not record:
        return UNKNOWN
    _, status, reason, _, seconds = RECORD.unpack(record)
    if status == GOOD:
        return IS_GOOD
    return Status(CertStatus.REVOKED, datetime.fromtimestamp(seconds, UTC), REASONS[reason])


EMPTY = Statuses(MAGIC)


@dataclass(frozen=True)
class Known:
    """Every status of a generation: the recent ones before those they were laid over."""

    base: Statuses = EMPTY
    recent: Statuses = EMPTY

    def record(self, serial_number: int) -> bytes:
        """Empty for a serial number that is in none."""
        return self.recent.record(serial_number) or self.base.record(serial_number)

    def with_changes(self, changes: Collection[bytes]) -> "Known":
        """These put over it; the very ``base`` and ``recent`` it has where that is enough."""
        recent = Statuses(merge(self.recent, changes)) if changes else self.recent
        if recent.count > max(RECENT_AT_LEAST, self.base.count // RECENT_PART):
            return Known(Statuses(merge(self.base, recent.parts())))
        return Known(self.base, recent)


@dataclass(frozen=True)
class Generation:
    """One generation, verified: signed by the issuing authority, every file as signed."""

    manifest: Manifest
    statuses: Known
    lists: Mapping[str, bytes]

    @property
    def number(self) -> int:
        return self.manifest.generation

    @cached_property
    def begins(self) -> float:
        """Seconds since the epoch. Before it, the reader's clock is wrong: it would misdate answers."""
        return (self.manifest.this_update - CLOCKS_DIFFER_BY).timestamp()

    def is_fresh(self, at: datetime) -> bool:
        return self.begins <= at.timestamp() and at < self.manifest.next_update

    def content(self, name: str) -> Content | None:
        """Of one of its files, as it was read."""
        own: dict[str, Content] = {BASE: self.statuses.base.data, RECENT: self.statuses.recent.data}
        return own[name] if name in own and name in self.manifest.files else self.lists.get(name)


def read(folder: Path, *, issuing: Collection[bytes], known: Generation | None = None) -> Generation:
    """``issuing`` are the authorities of whom one signed it. What ``known`` has already, by its digest, is
    not read again. Raises GenerationRefused, OSError.
    """
    text, signature = (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()
    if not any(_is_signed(text, signature, issuing=each) for each in issuing):
        raise GenerationRefused("the manifest is not signed by an issuing authority")
    manifest = Manifest.read(text)
    statuses = _statuses(folder, manifest.files)
    lists = {
        name: _list(folder, name, digest, known)
        for name, digest in manifest.files.items()
        if name.endswith(".crl")
    }
    return Generation(manifest, statuses, lists)


def _statuses(folder: Path, files: Mapping[str, str]) -> Known:
    """Hashed each time: what is mapped changes with the file, whoever changes it."""
    if BEFORE in files:
        return Known(_mapped(folder, BEFORE, files[BEFORE]))
    return Known(*(_mapped(folder, name, files.get(name, "")) for name in (BASE, RECENT)))


def _mapped(folder: Path, name: str, digest: str) -> Statuses:
    with (folder / name).open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Statuses(_as_signed(name, data, digest))


def _is_signed(manifest: bytes, signature: bytes, *, issuing: bytes) -> bool:
    try:
        verify(manifest, signature, issuing=issuing)
    except GenerationRefused:
        return False
    return True


def _list(folder: Path, name: str, digest: str, known: Generation | None) -> bytes:
    if known is not None and known.manifest.files.get(name) == digest:
        return known.lists[name]
    return _as_signed(name, (folder / name).read_bytes(), digest)


def _as_signed(name: str, content: Mapped, digest: str) -> Mapped:
    if hashlib.sha256(content).hexdigest() != digest:
        raise GenerationRefused(f"{name} is not what was signed")
    return content


def current_number(status: Path) -> int:
    """The generation that is shown, 0 for none."""
    try:
        return int((status / "current").readlink().name)
    except (OSError, ValueError):
        return 0


class Watch:
    """The generation that is shown, for whoever looks at it every second and must notice that it broke.

    It is read whole when the file system says anything else of its files than before, and now and then in any
    case: a disk may lose what it holds and say nothing. What another generation has kept is not read again.
    """

    def __init__(self) -> None:
        self._folder = Path()
        self._known: Generation | None = None
        self._marks: dict[Path, Mark] = {}
        self._whole_at = datetime.min.replace(tzinfo=UTC)

    def look(self, folder: Path, *, issuing: Collection[bytes], at: datetime) -> Generation:
        """Raises GenerationRefused, OSError, ValueError; then the next look reads it whole."""
        marks = {file: _mark(file) for file in folder.iterdir()}
        known, self._known = self._known, None
        if known is None or abs(at - self._whole_at) >= READ_WHOLE_EVERY or self._broke(folder, marks):
            known, self._whole_at = read(folder, issuing=issuing), at
        elif folder != self._folder:
            known = read(folder, issuing=issuing, known=known)
        self._folder, self._known, self._marks = folder, known, marks
        return known

    def _broke(self, folder: Path, marks: Mapping[Path, Mark]) -> bool:
        return folder == self._folder and marks != self._marks


def _mark(file: Path) -> Mark:
    said = file.stat()
    return said.st_ino, said.st_size, said.st_mtime_ns, said.st_ctime_ns


class Shown:
    """The generation that is shown now; refuses to go back to an older one."""

    def __init__(self, status: Path, *, issuing: Collection[bytes]) -> None:
        self._status, self.issuing = status, issuing
        self.generation: Generation | None = None

    @property
    def is_behind(self) -> bool:
        """A newer generation lies there than was read so far."""
        return current_number(self._status) > (self.generation.number if self.generation else 0)

    def refresh(self) -> bool:
        """Whether another generation is shown since the last look. Raises GenerationRefused, OSError."""
        number = current_number(self._status)
        known = self.generation.number if self.generation else 0
        if number in {0, known}:
            return False
        if number < known:
            raise GenerationRefused(f"generation {number} is older than {known}")
        fresh = read(self._status / str(number), issuing=self.issuing, known=self.generation)
        if fresh.number != number:
            raise GenerationRefused(f"generation {number} says it is {fresh.number}")
        self.generation = fresh
        return True
