"""Certificates found again: of a person, of an order, the newest, by serial number."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.certification.ordering import AIGERIM, DANIYAR, DAUREN, Order
from tests.certification.test_issuance import prepared

from senim.certification import certificates, orders
from senim.certification.fulfilment import fulfil
from senim.certification.ledger import intend
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
PERSON = {"iin": AIGERIM.iin, "surname": AIGERIM.surname, "given_name": AIGERIM.given_name}
OTHER = {"iin": DANIYAR.iin, "surname": DANIYAR.surname, "given_name": DANIYAR.given_name}


@pytest.fixture
def three(authority):
    """An old one, a newer one that was revoked, and the newest; somebody else's beside them."""
    authority.issue(**OTHER)
    ages = (20 * DAY, 10 * DAY, 5 * DAY)
    found = [authority.issue("individual_sign", not_before=NOW - age, **PERSON) for age in ages]
    authority.revoke(found[1], NOW, RevocationReason.KEY_COMPROMISE)
    return found


def numbers(found):
    return [one.serial_number for one in found]


def test_a_persons_certificates_are_shown_newest_first_and_revoked_ones_as_such(three):
    found = certificates.of_person(AIGERIM.iin)
    assert numbers(found) == numbers(three[::-1])
    newest, revoked, _ = found
    assert (newest.status, newest.revoked_at, newest.reason) == (CertStatus.GOOD, None, None)
    assert (revoked.status, revoked.revoked_at) == (CertStatus.REVOKED, NOW)
    assert revoked.reason is RevocationReason.KEY_COMPROMISE
    assert (newest.profile, newest.der) == ("individual_sign", three[2].certificate)
    assert newest.not_before == NOW - 5 * DAY


def test_nobody_has_the_certificates_of_services(authority):
    assert certificates.of_person("") == ()


def test_an_interrupted_certificate_is_nobodys_yet(authority):
    row = intend(prepared(authority), at=NOW)
    assert certificates.of_person(row.iin) == ()
    assert certificates.of_serial_number(int(row.serial_number, 16)) is None
    assert int(row.serial_number, 16) not in numbers(certificates.newest(at_most=100))


def test_the_newest_are_as_many_as_asked_for(three):
    assert numbers(certificates.newest(iin=AIGERIM.iin, at_most=2)) == numbers([three[2], three[1]])
    assert certificates.newest(iin=AIGERIM.iin, at_most=0) == ()
    assert certificates.newest(iin=AIGERIM.iin, at_most=-1) == ()
    everybodys = certificates.newest(at_most=100)
    assert set(numbers(three)) < set(numbers(everybodys))
    times = [one.not_before for one in everybodys]
    assert times == sorted(times, reverse=True)


def test_the_newest_of_one_profile(three, authority):
    operator = authority.issue("operator_sign", **DAUREN)
    assert numbers(certificates.newest(profiles=["operator_sign"], at_most=9)) == [operator.serial_number]
    assert certificates.newest(profiles=["operator_sign"], iin=AIGERIM.iin, at_most=9) == ()


def test_a_serial_number_is_found_among_those_of_the_issuing_authorities(three):
    number = three[0].serial_number
    assert certificates.of_serial_number(number).der == three[0].certificate


@pytest.mark.parametrize("number", [-1, 0, 1, 2**160 - 1, 2**160, 2**300])
def test_a_number_that_was_never_given_is_not_found(authority, number):
    assert certificates.of_serial_number(number) is None


def test_an_orders_signing_certificate_comes_first(authority, operator):
    order_id = Order(operator).place()
    fulfil(authority.authority, at=datetime.now(UTC))
    found = orders.outcome(order_id).certificates
    assert [one.profile for one in found] == ["individual_sign", "individual_auth"]
    assert certificates.of_order(order_id) == found
    assert authority.issue(**PERSON).serial_number not in numbers(certificates.of_order(order_id))


def test_the_chain_is_the_issuing_authority_and_its_root(authority):
    assert certificates.chain() == (authority.issuing, authority.root)
