"""References that no foreign key guards, because they lead into another room: do their targets exist?

Each is a line of the table; a guard compares the table with the models, so that none is forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from senim.runtime.doctor.findings import Case, Finding, broken

SHOWN = 3


@dataclass(frozen=True)
class Reference:
    """``table.column`` holds a ``key`` of ``target``; where not all do, those that are ``like`` a pattern."""

    table: str
    column: str
    target: str
    key: str = "id"
    like: str = ""
    only: str = "TRUE"
    """Of the rows of ``table``, in SQL."""


ACCOUNT, OPERATOR = "accounts_account", "enrolment_registrationauthorityoperator"
SYSTEM = "accounts_informationsystem"
REFERENCES = (
    Reference("accounts_session", "account_id", ACCOUNT),
    Reference("accounts_session", "acting_for", "accounts_organisation"),
    Reference("accounts_subscribernumber", "account_id", ACCOUNT),
    Reference("accounts_subscribernumber", "request_id", "accounts_numberrequest"),
    Reference("accounts_numberrequest", "account_id", ACCOUNT),
    Reference("accounts_onetimepassword", "account_id", ACCOUNT, only="here.purpose <> 'sign in'"),
    Reference("accounts_password", "account_id", ACCOUNT),
    Reference("accounts_passkey", "account_id", ACCOUNT),
    Reference("accounts_signedstep", "account_id", ACCOUNT),
    Reference("accounts_systemapplication", "account_id", ACCOUNT),
    # Lines about a bank's comparison are written for people without an account too (decision 66).
    Reference(
        "accounts_timelineentry",
        "account_id",
        ACCOUNT,
        only="here.text_id NOT LIKE 'accounts.timeline.bank%'",
    ),
    Reference("accounts_bankcheck", "system_id", SYSTEM),
    Reference("accounts_bankrequest", "system_id", SYSTEM),
    Reference("accounts_bankrequest", "check_id", "accounts_bankcheck"),
    Reference("accounts_bankrequest", "session_id", "accounts_remoteidentification"),
    Reference("accounts_bankrequest", "number_request_id", "accounts_numberrequest"),
    Reference("accounts_freezecase", "account_id", ACCOUNT),
    Reference("accounts_freezecase", "answered_by", OPERATOR),
    Reference(
        "certification_order", "application_number", "enrolment_application", "number", like="^[0-9]{12}$"
    ),
    Reference("certification_revocationorder", "application_number", "enrolment_application", "number"),
    Reference("enrolment_application", "order_id", "certification_order"),
    Reference("enrolment_application", "taken_by", OPERATOR),
    Reference("enrolment_passage", "operator_id", OPERATOR),
    Reference("enrolment_revocationrequest", "account_id", ACCOUNT),
    Reference("operators_operatorapplication", "order_id", "certification_order"),
    Reference("enrolment_revocationpassage", "operator_id", OPERATOR),
    Reference("documents_grant", "owner_id", ACCOUNT),
    Reference("documents_claim", "viewer_id", ACCOUNT, only="here.viewer_kind = 'person'"),
    Reference("documents_claim", "viewer_id", SYSTEM, only="here.viewer_kind = 'system'"),
    Reference("documents_claim", "grant_id", "documents_grant"),
    Reference("documents_claim", "view_id", "documents_view"),
    Reference("documents_qrtoken", "grant_id", "documents_grant"),
    Reference("documents_qrtoken", "claimed_by", ACCOUNT),
    Reference("documents_view", "owner_id", ACCOUNT),
    Reference("documents_view", "viewer_id", ACCOUNT, only="here.viewer_kind = 'person'"),
    Reference("documents_view", "viewer_id", SYSTEM, only="here.viewer_kind = 'system'"),
    Reference("documents_view", "grant_id", "documents_grant"),
    Reference("journal_unsequenced", "entry_id", "journal_entry"),
    Reference("journal_leaf", "entry_id", "journal_entry"),
)


def references(_: Case) -> Iterator[Finding]:
    for reference in REFERENCES:
        count, shown = orphans(reference)
        if count:
            place = f"{reference.table}.{reference.column}"
            rows = ", ".join(shown) + (", …" if count > len(shown) else "")
            yield broken("references.orphans", place=place, target=reference.target, number=count, rows=rows)


def orphans(reference: Reference) -> tuple[int, list[str]]:
    """How many references lead nowhere, and the first of them."""
    names: dict[str, sql.Composable] = {
        name: sql.Identifier(getattr(reference, name)) for name in ("table", "column", "target", "key")
    }
    names["like"] = sql.Literal(reference.like)
    missing = sql.SQL(
        "FROM {table} AS here WHERE {only} AND here.{column} IS NOT NULL AND here.{column}::text ~ {like} "
        "AND NOT EXISTS (SELECT 1 FROM {target} AS there WHERE there.{key} = here.{column})"
    ).format(only=sql.SQL(reference.only), **names)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) ") + missing)
        count = cursor.fetchone()[0]
        if not count:
            return 0, []
        column = sql.SQL("SELECT DISTINCT here.{column}::text ").format(**names)
        cursor.execute(column + missing + sql.SQL(" ORDER BY 1 LIMIT {}").format(SHOWN))
        return count, [row[0] for row in cursor.fetchall()]
