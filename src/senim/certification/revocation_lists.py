"""The authority's revocation lists, as a generation shows them (CA-8.P3b, CA-10.T9; RFC 5280 §5).

``issuing.crl`` lists everything that authority issued, ``issuing-<n>.crl`` the certificates that carry this
shard's address; each authority signs its own (``issuing2.crl`` …). Each
has a delta beside it, ``issuing-delta.crl``, and says so. A list is signed anew when something was revoked in
its scope, or when it is old. A long complete list is left for half a minute: its delta says the rest at once.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import BigIntegerField, F, Func, Max, Q

from senim.certification import certificates
from senim.certification.issuance import Authority
from senim.certification.models import Revocation
from senim.certification.status_files import Edition, Generation, Scope
from senim.certification.templates import crl_address
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.settings import settings

LONG_LIST_BYTES = 2_000_000
LONG_LIST_EVERY = timedelta(seconds=30)
"""The design promises a revocation in the list within 60 s."""
AT_ONCE = 10_000
_SECONDS = Func(
    F("revoked_at"),
    template="floor(extract(epoch FROM %(expressions)s))::bigint",
    output_field=BigIntegerField(),
)
"""Of the moment of a revocation: a list knows no fractions, and reading dates is most of what it costs."""


@dataclass(frozen=True)
class Lists:
    """Every list of a generation by file name, signed anew or kept; and how far each scope is."""

    files: Mapping[str, bytes]
    scopes: Mapping[str, Scope]


def sign(
    authority: Authority,
    shown: Generation | None,
    *,
    touched: Collection[str],
    number: int,
    at: datetime,
    anew: bool = False,
) -> Lists:
    """``touched`` are the ``names`` of lists something was revoked in since ``shown``; ``anew`` signs every
    list, of the authority and of those before it.
    """
    files: dict[str, bytes] = {}
    scopes: dict[str, Scope] = {}
    edition = Edition(number, at.replace(microsecond=0))
    for name, (signer, shard) in _scopes(authority, shown).items():
        changed = anew or name in touched
        is_long = not anew and len(_shown_list(shown, f"{name}.crl")) > LONG_LIST_BYTES
        scope = scopes[name] = _next(_known(shown, name), edition, changed=changed, is_long=is_long)
        for file, of, base in (
            (f"{name}.crl", scope.complete, None),
            (f"{name}-delta.crl", scope.delta, scope.base),
        ):
            kept = _shown_list(shown, file) if of != edition else b""
            files[file] = kept or listed(signer, name, shard, edition, base=base)
    return Lists(files, scopes)


def names(issuer: str, shard: int | None) -> tuple[str, ...]:
    """Of the lists that a revocation stands in."""
    return (issuer,) if shard is None else (issuer, f"{issuer}-{shard}")


def are_due(authority: Authority, shown: Generation, *, at: datetime) -> bool:
    """Whether a list is missing, or a long one that was left behind its delta may now be signed."""
    known = [_known(shown, name) for name in _scopes(authority, shown)]
    return any(scope is None or _has_waited(scope, at) for scope in known)


def _has_waited(scope: Scope, at: datetime) -> bool:
    return scope.complete.number < scope.delta.number and at - scope.complete.at >= LONG_LIST_EVERY


def _scopes(authority: Authority, shown: Generation | None) -> dict[str, tuple[Authority, int | None]]:
    """All scopes that certificates may name, and who signs: never fewer than were shown or ever used."""
    used = Revocation.objects.aggregate(last=Max("shard"))["last"]
    known = [int(name.rpartition("-")[2]) for name in (shown.manifest.scopes if shown else ()) if "-" in name]
    count = 1 + max([settings.crl_shards - 1, used or 0, *known])
    return {
        names(each.issuer.label, shard)[-1]: (each, shard)
        for each in (*authority.before, authority)
        for shard in (None, *range(count))
    }


def _known(shown: Generation | None, name: str) -> Scope | None:
    if shown is None or not {f"{name}.crl", f"{name}-delta.crl"} <= set(shown.lists):
        return None
    return shown.manifest.scopes.get(name)


def _shown_list(shown: Generation | None, file: str) -> bytes:
    return shown.lists.get(file, b"") if shown else b""


def _next(before: Scope | None, edition: Edition, *, changed: bool, is_long: bool) -> Scope:
    """Which lists of a scope become ``edition``, and what the delta builds on."""
    if before is None:
        return Scope(edition, edition, edition, edition)
    behind = changed or before.complete.number < before.delta.number
    wait = is_long and timedelta(0) <= edition.at - before.complete.at < LONG_LIST_EVERY
    renewed = _is_old(before.complete, edition)
    complete = edition if renewed or (behind and not wait) else before.complete
    delta = edition if changed or complete == edition or _is_old(before.delta, edition) else before.delta
    base, next_base = before.base, before.next_base
    # Whoever holds a complete list that still holds can always use the delta.
    if delta == edition and edition.at - next_base.at >= settings.crl_next_update:
        base, next_base = next_base, complete
    return Scope(complete, delta, base, next_base)


def _is_old(before: Edition, now: Edition) -> bool:
    age = now.at - before.at
    return age >= settings.status_renewed_every or age < timedelta(0)


def listed(
    authority: Authority, name: str, shard: int | None, edition: Edition, *, base: Edition | None
) -> bytes:
    """One list: complete, or with ``base`` the delta that builds on it."""
    return crl.build(
        _revoked(authority.issuer.label, shard, edition.at, since=base.number if base else None),
        issuer=certificates.certificate_file(authority.issuer.label),
        key=authority.key,
        number=edition.number,
        this_update=edition.at,
        next_update=edition.at + settings.crl_next_update,
        distribution_point=None if shard is None else crl_address(name),
        freshest=crl_address(f"{name}-delta") if base is None else None,
        base_number=base.number if base else None,
    )


def _revoked(issuer: str, shard: int | None, at: datetime, *, since: int | None) -> Iterator[crl.Revocation]:
    """Entries stay until the certificate has expired, and one list longer (RFC 5280 §3.3)."""
    kept = Revocation.objects.filter(issuer=issuer, expires_at__gte=at - settings.crl_next_update)
    if shard is not None:
        kept = kept.filter(shard=shard)
    if since is not None:
        kept = kept.filter(Q(published_in__isnull=True) | Q(published_in__gt=since))
    rows = kept.values_list("serial_number", _SECONDS, "reason")
    reasons = {reason.value: reason for reason in RevocationReason}
    for serial_number, seconds, reason in rows.iterator(chunk_size=AT_ONCE):
        yield crl.Revocation(int(serial_number, 16), datetime.fromtimestamp(seconds, UTC), reasons[reason])
