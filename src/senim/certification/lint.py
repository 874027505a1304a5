"""Linting a certificate before it is signed for real: pkilint's RFC 5280 rules, in this process."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol

from pkilint import loader
from pkilint.pkix import certificate as rules
from pkilint.pkix import extension, general_name, name
from pkilint.validation import ValidationFinding, ValidationFindingSeverity, ValidatorContainer

from senim.certification.lint_parts import Assembly

# Whether a text is an address or a URL stays so, and is dear to find out; each certificate names the same.
general_name.validators_predicate = lru_cache(1_000)(general_name.validators_predicate)
WORST_ALLOWED = ValidationFindingSeverity.NOTICE


class LintFound(ValueError):
    """The certificate would break a rule; ``findings`` are the rules' codes."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__(", ".join(findings))
        self.findings = findings


class Verdict(Protocol):
    """What a linter was asked."""

    def __call__(self) -> None:
        """Wait for it. Raises LintFound where anything was found at WARNING or above."""


class Linter(Protocol):
    """Somebody who lints: this process, or one beside it (``lint_beside``)."""

    def __call__(self, certificate: bytes) -> Verdict: ...


def here(certificate: bytes) -> Verdict:
    """A linter: in this process, when the verdict is asked for."""
    return lambda: lint(certificate)


def lint(certificate: bytes) -> None:
    """Raises LintFound where anything is found at WARNING or above."""
    if found := findings(certificate):
        raise LintFound(found)


def findings(certificate: bytes) -> tuple[str, ...]:
    """The codes of the rules that the certificate would break, sorted."""
    try:
        found = list(_found(certificate))
    except ValueError:
        return ("unreadable",)
    return tuple(sorted({one.code for one in found if one.severity < WORST_ALLOWED}))


def _found(certificate: bytes) -> Iterable[ValidationFinding]:
    """Put together from parts if it is of the form ours have, else by pkilint. Raises ValueError."""
    try:
        return list(_assembly().findings(certificate))
    except ValueError:
        document = loader.load_certificate(certificate, "to be signed")
        return (
            description.finding
            for result in container().validate(document.root)
            for description in result.finding_descriptions
        )


@cache
def _assembly() -> Assembly:
    return Assembly(container())


@cache
def container() -> ValidatorContainer:
    """What pkilint's ``lint_pkix_cert`` checks."""
    return rules.create_pkix_certificate_validator_container(
        rules.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            rules.create_issuer_validator_container([]),
            rules.create_validity_validator_container(),
            rules.create_subject_validator_container([]),
            rules.create_extensions_validator_container([]),
            rules.create_spki_validator_container([]),
        ],
    )
