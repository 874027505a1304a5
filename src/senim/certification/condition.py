"""How the authority's own affairs stand: what ``senim doctor`` asks of this room. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from senim.certification import certificates, issuers, status_files
from senim.certification.models import Certificate, Revocation
from senim.certification.status_files import Generation
from senim.pki import crl
from senim.settings import settings

OWN = ("root", "issuing", "tsa", "ocsp")
OF_EACH_AUTHORITY = "ocsp"
"""What an authority issued is answered for under a certificate of its own, for as long as it is one."""
WHOSE = ("profile", "iin", "bin")
OF_OTHERS = ("operator_sign", "operator_auth", "official", "authorised_body", "state_body")


@dataclass(frozen=True)
class Expiring:
    """The newest certificate of a holder and profile; ``own`` where the platform stops without it."""

    serial_number: str
    profile: str
    not_after: datetime

    @property
    def own(self) -> bool:
        return self.profile in OWN


@dataclass(frozen=True)
class Unpublished:
    """What responders do not know yet."""

    count: int
    since_at: datetime


def expiring(*, at: datetime, within: timedelta, forget_after: timedelta) -> tuple[Expiring, ...]:
    """Those that end soon or have ended and have no successor; long-ended ones of people are forgotten."""
    delegates = _newest((OF_EACH_AUTHORITY,), ("issuer", *WHOSE), leaving_out=_ended_authorities(at=at))
    ours = _newest(tuple(name for name in OWN if name != OF_EACH_AUTHORITY), WHOSE)
    found = [*ours, *delegates, *_newest(OF_OTHERS, ("issuer", *WHOSE, "label"))]
    return tuple(
        each
        for each in found
        if each.not_after < at + within and (each.own or each.not_after > at - forget_after)
    )


def _ended_authorities(*, at: datetime) -> list[str]:
    """Before the present one. Nobody asks about what they issued: it has ended too."""
    before = Certificate.objects.filter(label__in=issuers.ours()[:-1], not_after__lte=at)
    return [each.label for each in before.only("label") if each.label]


def _newest(
    profiles: tuple[str, ...], whose: tuple[str, ...], *, leaving_out: Collection[str] = ()
) -> list[Expiring]:
    held = Certificate.objects.filter(profile__in=profiles, der__isnull=False, revocation__isnull=True)
    newest = held.exclude(issuer__in=leaving_out).order_by(*whose, "-not_after").distinct(*whose)
    return [
        Expiring(each.serial_number, each.profile, each.not_after)
        for each in newest.only("serial_number", "profile", "not_after")
    ]


def number_shown() -> int:
    """0 where none is."""
    return status_files.current_number(settings.home / "status")


def shown() -> Generation:
    """The generation of statuses that is shown. Raises GenerationRefused, OSError, ValueError."""
    folder = settings.home / "status" / str(number_shown())
    return status_files.read(folder, issuing=certificates.issuing_authorities())


def lists(generation: Generation) -> dict[str, crl.RevocationList]:
    """The shown revocation lists by name. Raises crl.ListInvalid."""
    return {name: crl.read(content, issuer=_signer_of(name)) for name, content in generation.lists.items()}


def _signer_of(file: str) -> bytes:
    return certificates.certificate_file(file.removesuffix(".crl").partition("-")[0])


def root_list() -> crl.RevocationList:
    """Raises crl.ListInvalid, OSError."""
    file = settings.home / "certificates" / "root.crl"
    return crl.read(file.read_bytes(), issuer=certificates.certificate_file("root"))


def unpublished() -> Unpublished | None:
    """Certificates and revocations of issuing authorities that no generation holds."""
    made = Certificate.of_issuing().filter(der__isnull=False, published_in__isnull=True)
    taken_back = Revocation.objects.filter(certificate__issuer__in=issuers.ours(), published_in__isnull=True)
    waiting = [
        made.aggregate(count=Count("pk"), since=Min("issued_at")),
        taken_back.aggregate(count=Count("pk"), since=Min("recorded_at")),
    ]
    since = [one["since"] for one in waiting if one["since"]]
    return Unpublished(sum(one["count"] for one in waiting), min(since)) if since else None
