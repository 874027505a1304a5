"""What is changed on purpose, and the tests that must notice."""

from dataclasses import dataclass

# Races need hundreds of threads, and other processes run unchanged code: neither tells anything here. And a
# ceremony cut off after each of its files takes as long as all other tests of its room.
NOT_HERE = (
    "not hundred and not at_once and not thousand and not many_clicks and not worker_process"
    " and not every_single_file"
)


@dataclass(frozen=True)
class Group:
    """One run of mutmut. ``database``: its tests share one database, so mutants are tried one by one."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    database: bool = True


GROUPS = {
    "short-codes": Group(
        ("src/senim/documents/codes.py",), ("tests/documents/test_codes.py",), database=False
    ),
    "claims": Group(
        ("src/senim/documents/claims.py",),
        ("tests/documents/test_claims.py", "tests/documents/test_claim_rules.py"),
    ),
    "one-time-passwords": Group(
        ("src/senim/accounts/one_time_passwords.py",),
        ("tests/accounts/test_one_time_passwords.py", "tests/accounts/test_one_time_password_rows.py"),
    ),
    "journal": Group(("src/senim/journal/*.py",), ("tests/journal", "tests/documents/test_proofs.py")),
    "pki": Group(
        ("src/senim/pki/*.py",),
        # A bare installation has no mutmut, which changed code imports.
        ("tests/pki", "--ignore=tests/pki/test_bare_installation.py"),
        database=False,
    ),
    "certification": Group(
        ("src/senim/certification/*.py",),
        (
            "tests/certification",
            "tests/doctor/test_authority.py",
            "tests/responders/test_answers.py",
            "tests/responders/test_time_stamps.py",
        ),
    ),
}
