"""The table: what ``senim doctor`` looks at, in this order."""

from collections.abc import Iterator

from django.db import DatabaseError

from senim.runtime.doctor import authority, clock, disk, ground, outside, references, roles, tokens, work
from senim.runtime.doctor.findings import Case, Check, Finding, Level, broken, ok, warning

CHECKS = (
    Check("mode", ground.mode),
    Check("secret_files", ground.secret_files),
    Check("root_key", authority.root_key),
    Check("tokens", tokens.tokens),
    Check("disk", disk.disk),
    Check("database", ground.database),
    Check("sandbox_in_database", ground.database_of_a_sandbox, needs_database=True),
    Check("roles", roles.roles, needs_database=True),
    Check("rights", roles.rights, needs_database=True),
    Check("clock", clock.clock_and_database, needs_database=True),
    Check("time_source", clock.clock_and_source),
    Check("certificates", authority.certificates, needs_database=True),
    Check("publication", authority.publication),
    Check("unpublished", authority.unpublished, needs_database=True),
    Check("root_list", authority.root_list),
    Check("queues", work.queues, needs_database=True),
    Check("journal", work.journal, needs_database=True),
    Check("witnesses", work.witnesses, needs_database=True),
    Check("time_stamps", work.time_stamps, needs_database=True),
    Check("archive", work.archive, needs_database=True),
    Check("workplaces", work.workplaces, needs_database=True),
    Check("references", references.references, needs_database=True),
    Check("registries", outside.registries, needs_database=True),
    Check("subscribers", outside.subscribers),
    Check("sms", outside.sms, needs_database=True),
)


def examine(case: Case) -> Iterator[tuple[Check, Finding]]:
    """Every finding with its check; a check that finds nothing wrong has one that says so."""
    reachable = True
    for check in CHECKS:
        if check.needs_database and not reachable:
            yield check, warning("not_checked")
            continue
        found = _looked(check, case)
        if check.name == "database":
            reachable = not found
        yield from ((check, finding) for finding in found or [ok(check.name)])


def _looked(check: Check, case: Case) -> list[Finding]:
    """A check that the database itself refuses has found something too."""
    try:
        return list(check.look(case))
    except DatabaseError as reason:
        return [broken("refused", reason=str(reason).strip().split("\n")[0])]


def worst(found: list[tuple[Check, Finding]]) -> Level:
    return max((finding.level for _, finding in found), default=Level.OK)
