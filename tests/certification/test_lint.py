"""The linter puts certificates together from parts it has seen, and finds what pkilint finds."""

import os
import random
import signal
from datetime import UTC, datetime

import pytest
from pkilint import loader
from tests.certification.test_issuance import FOR_PEOPLE, SERVICE, prepared

from senim.certification import lint
from senim.certification.issuance import NotPrepared, begin, issue
from senim.certification.lint_beside import LinterGone, beside
from senim.certification.lint_parts import Assembly, LooksFurther, NotInParts, View
from senim.certification.profiles import profile
from senim.pki import certificates
from senim.pki.keys import KeyAlgorithm, generate


@pytest.fixture
def drafts(authority):
    """Of every profile and several kinds of keys, as the linter gets them."""
    ready = [prepared(authority, name) for name in FOR_PEOPLE]
    ready += [prepared(authority, name, facts=SERVICE) for name in ("ocsp", "tsa")]
    ready += [prepared(authority, algorithm=one) for one in (KeyAlgorithm.P384, KeyAlgorithm.RSA2048)]
    return [certificates.under_no_signature(one.tbs, like=authority.authority.key) for one in ready]


def found_by_pkilint(certificate):
    """Every finding's code and how bad it is, at any severity."""
    document = loader.load_certificate(certificate, "as it stands")
    results = lint.container().validate(document.root)
    return {one.finding for result in results for one in result.finding_descriptions}


def test_what_is_found_in_certificates_of_every_profile_is_what_pkilint_finds(authority, drafts):
    assembly = Assembly(lint.container())
    for certificate in (*drafts, authority.root, authority.issuing, *reversed(drafts)):
        assert set(assembly.findings(certificate)) == found_by_pkilint(certificate)


def test_what_is_found_in_spoilt_certificates_is_what_pkilint_finds(drafts, caplog):
    """A bit turned anywhere; each spoilt part is met among parts that were seen before."""
    caplog.set_level("CRITICAL", "pkilint")
    chance, assembly, compared = random.Random(5280), Assembly(lint.container()), set()
    for _ in range(80):
        spoilt = bytearray(chance.choice(drafts))
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        try:
            found = set(assembly.findings(bytes(spoilt)))
        except ValueError:  # then pkilint itself is asked
            continue
        assert found == found_by_pkilint(bytes(spoilt)), spoilt.hex()
        compared |= found
    assert len(compared) > 5, "too few rules were broken to compare anything"


@pytest.mark.parametrize("certificate", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x05", b"no certificate"])
def test_what_is_no_certificate_is_unreadable(certificate):
    assert lint.findings(certificate) == ("unreadable",)


def test_another_form_than_ours_is_left_to_pkilint(drafts):
    outer = certificates.der.elements(certificates.der.read(drafts[0]).content)
    without_signature = certificates.der.sequence(*(part.der for part in outer[:2]))
    with pytest.raises(NotInParts):
        list(Assembly(lint.container()).findings(without_signature))


def test_a_rule_that_looks_further_is_noticed_though_it_catches_errors():
    view = View(loader)
    view.closed = True
    with pytest.raises(LooksFurther):
        caught(view)


def caught(view):
    try:
        return view.anything
    except Exception:
        return None


def test_a_linter_beside_us_finds_the_same(authority, drafts):
    bad = certificates.under_no_signature(bytes(drafts[0]), like=authority.authority.key)
    with beside() as linter:
        verdicts = [linter(certificate) for certificate in (*drafts * 20, bad, drafts[0])]
        for verdict in verdicts[:-2]:
            verdict()
        with pytest.raises(lint.LintFound, match="unreadable"):
            verdicts[-2]()
        verdicts[-1]()


def test_nothing_is_prepared_once_the_linter_beside_us_has_died(authority):
    with beside() as linter:
        finish = begun(authority, linter)
        for one in linter.linters:
            os.kill(one.pid, signal.SIGKILL)
        with pytest.raises(LinterGone):
            finish()
        with pytest.raises(LinterGone):
            begun(authority, linter)()


def begun(authority, linter):
    return begin(
        authority.authority,
        profile=profile("individual_sign"),
        facts=SERVICE,
        public_key=generate(KeyAlgorithm.P256).public_key(),
        serial_number=certificates.new_serial_number(),
        at=datetime.now(UTC),
        linter=linter,
    )


def test_what_was_begun_is_prepared_once_and_only_when_the_linter_has_spoken(authority):
    asked = []

    def linter(certificate):
        return lambda: asked.append(certificate)

    finish = begun(authority, linter)
    assert asked == []
    ready = finish()
    assert len(asked) == 1
    assert certificates.tbs_of(asked[0]) == ready.tbs
    issue(authority.authority, ready)
    with pytest.raises(NotPrepared):
        finish()
