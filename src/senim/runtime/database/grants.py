"""Which process may do what in which table: the rights of every database role, as one table.

The letters are PostgreSQL's own (``\\dp``): ``r`` SELECT, ``a`` INSERT, ``w`` UPDATE, ``d`` DELETE; ``R`` and
``W`` are SELECT and UPDATE of the columns in SOME_COLUMNS only. Rights are given anew after each migration,
and compared by the doctor (``role_rights``). What stands in no row is nobody's but the owner's, whom only
migrations use. Who may append to a table may also read the key of what it appended. The tests of pages run
with the rights of the page's process.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ROLES = (
    "portal",
    "desk",
    "messages",
    "jobs",
    "authority",
    "sequencer",
    "responders",
    "ceremony",
    "command",
    "partners",
)
"""Each is a process of the same name; ``command`` is ``senim`` on the console, which sees everything."""

TABLE = """
                            portal desk messages jobs authority sequencer responders ceremony command partners
journal_entry               aR     a    -        a    a         r         -          a        raW     a
journal_unsequenced         a      a    -        a    a         rwd       -          a        ra      a
journal_leaf                r      -    -        -    -         ra        -          -        r       -
journal_subtree             r      -    -        -    -         ra        -          -        r       -
journal_checkpoint          r      -    -        -    -         ra        -          -        r       -
journal_witness             -      -    -        -    -         raw       -          -        r       -
journal_cosignature         r      -    -        -    -         ra        -          -        r       -
journal_timestamp           -      -    -        -    -         ra        -          -        r       -

procrastinate_jobs          a      a    a        rawd a         -         -          -        rawd    a
procrastinate_events        a      a    a        rawd a         -         -          -        rad     a
procrastinate_workers       -      -    -        rawd -         -         -          -        rwd     -
procrastinate_periodic_defers -    -    -        rawd -         -         -          -        rw      -

notices_notice              ra     ra   raw      rawd -         -         -          -        ra      ra
notices_smsprovider         -      -    -        raw  -         -         -          -        r       -

certification_order         r      ra   -        r    rw        -         -          -        r       -
certification_revocationorder -    ra   -        r    rw        -         -          -        r       -
certification_certifiedkey  rW     rW   -        -    raw       -         -          raw      raw     -
certification_certificate   rW     rW   -        rW   raw       -         -          raw      rW      r
certification_revocation    ra     ra   -        ra   raw       -         -          raw      ra      r
certification_stoppedsigner -      raw  -        raw  r         -         -          -        raw     -
certification_generation    -      -    -        -    ra        -         -          ra       r       -
certification_watermark     -      -    -        -    -         -         r          -        r       -
certification_timestamp     -      -    -        -    ra        -         -          -        r       -

accounts_account            raw    raw  -        -    -         -         -          -        r       raw
accounts_organisation       raw    -    -        -    -         -         -          -        r       -
accounts_session            rawd   rawd -        rd   -         -         -          -        r       rd
accounts_spentchallenge     rad    rad  -        rd   -         -         -          -        r       -
accounts_subscribernumber   raw    raw  -        -    -         -         -          -        r       raw
accounts_numberrequest      raw    raw  -        -    -         -         -          -        r       raw
accounts_onetimepassword    rawd   -    -        rd   -         -         -          -        r       rawd
accounts_password           raw    -    -        -    -         -         -          -        r       -
accounts_signinattempt      ra     -    -        rd   -         -         -          -        r       -
accounts_sendcounter        rawd   -    -        rd   -         -         -          -        r       raw
accounts_freezecase         raw    rw   -        r    -         -         -          -        r       r
accounts_registryread       ra     a    -        rd   -         -         -          -        ra      a
accounts_timelineentry      ra     aR   -        -    -         -         -          -        r       aR
accounts_remoteidentification raw   -    -        -    -         -         -          -        r       raw
accounts_passkey            raw    -    -        -    -         -         -          -        r       -
accounts_signedstep         ra     ra   -        -    -         -         -          -        r       ra
accounts_authorisedbodyofficial -  r    -        -    -         -         -          raw      raw     -
accounts_systemapplication  ra     rw   -        -    -         -         -          -        r       -
accounts_informationsystem  r      raw  -        -    -         -         -          -        rw      r
accounts_systemstep         -      ra   -        -    -         -         -          -        ra      -
accounts_counterworker      -      rw   -        -    -         -         -          raw      raw     -
accounts_counterapplication rw     raw  -        -    -         -         -          -        r       -
accounts_countersecond      -      ra   -        -    -         -         -          -        r       -
accounts_systemtoken        -      -    -        rd   -         -         -          -        r       ra
accounts_spentproof         -      -    -        rd   -         -         -          -        r       ra
accounts_bankcheck          -      -    -        -    -         -         -          -        r       ra
accounts_bankrequest        -      -    -        rw   -         -         -          -        r       raw

enrolment_application       raw    raw  -        rw   -         -         -          -        r       -
enrolment_passage           ra     ra   -        ra   -         -         -          -        r       -
enrolment_revocationrequest raw    r    -        rw   -         -         -          -        r       -
enrolment_revocationpassage ra     r    -        ra   -         -         -          -        r       -
enrolment_policyedition     ra     -    -        -    -         -         -          -        r       -
enrolment_answeredchallenge rad    -    -        rd   -         -         -          -        r       -
enrolment_attempt           rad    -    -        rd   -         -         -          -        r       -

enrolment_registrationauthorityoperator - raw -  rw   -         -         -          raw      raw     -
operators_operatorapplication -    raw  -        rw   -         -         -          -        raw     -
operators_paper             -      rw   -        -    -         -         -          -        rw      -
operators_steptaken         -      ra   -        ra   -         -         -          ra       ra      -
operators_violation         -      ra   -        -    -         -         -          -        ra      -
operators_countersignature  -      ra   -        -    -         -         -          -        r       -

documents_grant             raw    -    -        rw   -         -         -          -        r       r
documents_spentcode         rad    -    -        rad  -         -         -          -        r       -
documents_qrtoken           raw    -    -        rd   -         -         -          -        r       rW
documents_claim             raw    -    -        rd   -         -         -          -        r       ra
documents_view              raw    -    -        rw   -         -         -          -        r       r

archive_paper               -      ra   -        -    -         -         -          -        raw     -
archive_issuedcopy          -      ra   -        -    -         -         -          -        r       -

django_migrations           -      -    -        -    -         -         -          -        r       -
"""

SOME_COLUMNS = {
    # What a leaf holds, for the proof of a record; never the personal facts or the seal.
    ("journal_entry", "R"): (
        *("id", "at", "verb", "clause", "subject", "actor", "facts", "personal_digest", "changed"),
    ),
    ("journal_entry", "W"): ("personal", "salt", "changed"),  # forgetting; no leaf holds these
    ("accounts_timelineentry", "R"): ("kind", "outcome"),  # an INSERT returns what has a default
    ("certification_certificate", "W"): ("label",),  # a row is locked by whoever may write to it
    ("documents_qrtoken", "W"): ("claimed_at",),  # a system spends a QR; looks are the portal's to write
    ("certification_certifiedkey", "W"): ("compromised_at",),  # a holder says that the key was copied
}

NOBODYS = frozenset(
    {
        "django_session",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    }
)
"""Django's own tables that no process of ours uses."""

PRIVILEGES = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
_CELL = re.compile(r"-|[rRawWd]+")


@dataclass(frozen=True)
class Right:
    """One privilege of one role on a table, or on one column of it."""

    table: str
    role: str
    privilege: str
    column: str = ""


def rights() -> Iterator[Right]:
    """Every right the table gives."""
    for table, cells in rows():
        for role, cell in zip(ROLES, cells, strict=True):
            for letter in cell.replace("-", ""):
                columns = SOME_COLUMNS[table, letter] if letter.isupper() else ("",)
                yield from (Right(table, role, PRIVILEGES[letter.lower()], column) for column in columns)


def rows() -> list[tuple[str, list[str]]]:
    """Each table with its cells, in the order of ROLES. Raises ValueError where a cell cannot be read."""
    header, *lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    if tuple(header) != ROLES:
        raise ValueError("the columns are not the roles")
    for name, *cells in lines:
        if len(cells) != len(ROLES) or not all(map(_CELL.fullmatch, cells)):
            raise ValueError(f"the rights on {name} cannot be read")
    return [(name, cells) for name, *cells in lines]
