"""Linting a certificate before it is signed for real: pkilint's RFC 5280 rules, in this process."""

from functools import cache
from typing import Any

from pkilint import loader
from pkilint.pkix import certificate as rules
from pkilint.pkix import extension, name
from pkilint.validation import ValidationFindingSeverity

WORST_ALLOWED = ValidationFindingSeverity.NOTICE


class LintFound(ValueError):
    """The certificate would break a rule; ``findings`` are the rules' codes."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__(", ".join(findings))
        self.findings = findings


def lint(certificate: bytes) -> None:
    """Raises LintFound where anything is found at WARNING or above."""
    try:
        document = loader.load_certificate(certificate, "to be signed")
        results = _rules().validate(document.root)
    except ValueError as unreadable:
        raise LintFound(("unreadable",)) from unreadable
    found = {
        description.finding.code
        for result in results
        for description in result.finding_descriptions
        if description.finding.severity < WORST_ALLOWED
    }
    if found:
        raise LintFound(tuple(sorted(found)))


@cache
def _rules() -> Any:
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
