"""The authority: certificates that end, statuses that age, and its root key."""

from collections.abc import Iterator
from datetime import timedelta

from senim.certification import condition
from senim.certification.status_files import Generation, GenerationRefused
from senim.pki.crl import ListInvalid
from senim.runtime.doctor.findings import Case, Finding, broken, ok, warning
from senim.runtime.isolation import user_ids
from senim.runtime.isolation.root_guard import users_of, who_can_open_root

SOON = timedelta(days=30)
FORGET_AFTER = timedelta(days=30)
PUBLISHED_WITHIN = timedelta(seconds=60)
"""What revocation promises of the lists."""
MISSED_RENEWALS = 3


def certificates(case: Case) -> Iterator[Finding]:
    for each in condition.expiring(at=case.at, within=SOON, forget_after=FORGET_AFTER):
        facts = {"profile": each.profile, "serial": each.serial_number, "day": each.not_after.date()}
        if each.not_after > case.at:
            yield warning("certificates.soon" if each.own else "certificates.of_others_soon", **facts)
        elif each.own:
            yield broken("certificates.ended", **facts)
        else:
            yield warning("certificates.of_others_ended", **facts)


def publication(case: Case) -> Iterator[Finding]:
    """Statuses and lists as responders show them."""
    try:
        generation = condition.shown()
        listed = condition.lists(generation)
    except (GenerationRefused, ListInvalid, OSError, ValueError) as reason:
        yield broken("publication.unreadable", reason=f"{type(reason).__name__}: {reason}")
        return
    yield from _age(generation, case)
    for name, each in listed.items():
        if each.next_update is None or each.next_update <= case.at:
            yield broken("publication.list_stale", name=name, until=_minute(each.next_update))


def _age(generation: Generation, case: Case) -> Iterator[Finding]:
    said = generation.manifest
    if said.next_update <= case.at:
        yield broken("publication.stale", number=generation.number, until=_minute(said.next_update))
    elif case.at - said.this_update > MISSED_RENEWALS * case.settings.status_renewed_every:
        yield warning("publication.old", number=generation.number, since=_minute(said.this_update))


def unpublished(case: Case) -> Iterator[Finding]:
    waiting = condition.unpublished()
    if waiting and case.at - waiting.since_at > PUBLISHED_WITHIN:
        yield broken("unpublished.waiting", number=waiting.count, since=_minute(waiting.since_at))


def root_list(case: Case) -> Iterator[Finding]:
    """The root's list comes from people: they need the warning early."""
    try:
        until = condition.root_list().next_update
    except (ListInvalid, OSError) as reason:
        yield broken("root_list.unreadable", reason=f"{type(reason).__name__}: {reason}")
        return
    if until is None or until <= case.at:
        yield broken("root_list.ended", until=_minute(until))
    elif until < case.at + SOON:
        yield warning("root_list.soon", until=_minute(until))


def root_key(case: Case) -> Iterator[Finding]:
    ids = user_ids.choose(first=case.settings.first_user_id, home=case.settings.home)
    if services := who_can_open_root(case.settings, users_of(case.settings, ids)):
        yield broken("root_key.open", services=", ".join(services), folder=case.settings.root)
    else:
        yield ok("root_key")


def _minute(moment: object) -> str:
    return f"{moment:%F %H:%M} UTC" if moment else "–"
