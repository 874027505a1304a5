from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from tests.pki.chain import AT, DAY, chain_files, issuing, openssl, openssl_ok, person, root

from senim.pki import certificates, crl
from senim.pki.crl import ListInvalid, Revocation, RevocationReason

SHARD = "http://localhost:8001/crl/issuing-3.crl"
REVOKED = tuple(
    Revocation(certificates.new_serial_number(), AT - timedelta(hours=hours), reason)
    for hours, reason in enumerate(RevocationReason)
)


DELTA = "http://localhost:8001/crl/issuing-3-delta.crl"


def built(revoked: tuple[Revocation, ...] = REVOKED, *, shard: str | None = None, **more: Any) -> bytes:
    return crl.build(
        revoked,
        issuer=issuing().der,
        key=issuing().key,
        number=more.pop("number", 41),
        this_update=AT,
        next_update=AT + DAY,
        distribution_point=shard,
        **more,
    )


@pytest.mark.parametrize("shard", [None, SHARD])
@pytest.mark.parametrize("revoked", [(), REVOKED])
def test_openssl_takes_the_list(tmp_path: Path, shard: str | None, revoked: tuple[Revocation, ...]) -> None:
    file = tmp_path / "list.crl"
    file.write_bytes(built(revoked, shard=shard))
    said = openssl_ok(
        "crl", "-inform", "DER", "-in", file, "-CAfile", issuing().pem(tmp_path, "ca"), "-text", "-noout"
    ).decode()
    assert "verify OK" in said
    assert "X509v3 CRL Number: \n                41" in said
    assert said.count("Serial Number:") == len(revoked)
    assert ("X509v3 Issuing Distribution Point: critical" in said) is (shard is not None)
    assert "Key Compromise" in said or not revoked


def test_openssl_refuses_a_certificate_that_the_list_revokes(tmp_path: Path) -> None:
    serial_number = certificates.parts_of(issuing().der).serial_number
    revocation = (Revocation(serial_number, AT, RevocationReason.CA_COMPROMISE),)
    by_root = crl.build(
        revocation,
        issuer=root().der,
        key=root().key,
        number=1,
        this_update=AT,
        next_update=AT + DAY,
    )
    file = tmp_path / "root.crl"
    file.write_bytes(openssl_ok("crl", "-inform", "DER", given=by_root))
    anchor, intermediate = chain_files(tmp_path)
    moment = int((AT + timedelta(hours=1)).timestamp())
    command = ("verify", "-attime", moment, "-crl_check", "-CAfile", anchor, "-CRLfile", file, intermediate)
    with pytest.raises(AssertionError, match="certificate revoked"):
        openssl_ok(*map(str, command))


def test_openssl_adds_a_delta_to_the_complete_list_it_builds_on(tmp_path: Path) -> None:
    number = certificates.parts_of(person().der).serial_number
    complete, since = built((), freshest=DELTA), (Revocation(number, AT),)
    delta = built(since, number=43, base_number=40)
    assert "certificate revoked" in judged_with_delta(tmp_path, complete, delta)
    older_than_the_base = built((), freshest=DELTA, number=39)
    assert "certificate revoked" not in judged_with_delta(tmp_path, older_than_the_base, delta)


def judged_with_delta(folder: Path, complete: bytes, delta: bytes) -> str:
    lists = []
    for name, content in (("complete", complete), ("delta", delta)):
        lists += ["-CRLfile", folder / f"{name}.crl"]
        (folder / f"{name}.crl").write_bytes(openssl_ok("crl", "-inform", "DER", given=content))
    anchor, intermediate = chain_files(folder)
    moment, leaf = int((AT + timedelta(hours=1)).timestamp()), person().pem(folder, "leaf")
    flags = ("-crl_check", "-extended_crl", "-use_deltas", "-attime", moment)
    finished = openssl(
        *("verify", *flags, "-CAfile", anchor, "-untrusted", intermediate, *lists, leaf),
    )
    return (finished.stdout + finished.stderr).decode()


def test_a_delta_and_its_complete_list_are_read_back() -> None:
    delta = crl.read(built(base_number=7, shard=SHARD), issuer=issuing().der)
    assert (delta.base_number, delta.freshest, delta.distribution_point) == (7, None, SHARD)
    complete = crl.read(built(freshest=DELTA), issuer=issuing().der)
    assert (complete.base_number, complete.freshest) == (None, DELTA)


def test_the_delta_indicator_is_critical_and_the_pointer_is_not() -> None:
    said = x509.load_der_x509_crl(built(base_number=7)).extensions
    assert said.get_extension_for_class(x509.DeltaCRLIndicator).critical
    assert (
        not x509.load_der_x509_crl(built(freshest=DELTA))
        .extensions.get_extension_for_class(x509.FreshestCRL)
        .critical
    )


def test_a_delta_never_points_to_a_delta() -> None:
    with pytest.raises(ValueError, match="does not point to a delta"):
        built(base_number=7, freshest=DELTA)


def test_the_list_is_read_back() -> None:
    read = crl.read(built(shard=SHARD), issuer=issuing().der)
    assert (read.number, read.this_update, read.next_update) == (41, AT, AT + DAY)
    assert read.distribution_point == SHARD
    assert tuple(read.revocations()) == REVOKED


def test_an_unspecified_reason_is_left_out() -> None:
    entries = list(x509.load_der_x509_crl(built()))
    assert [len(entry.extensions) for entry in entries] == [0] + [1] * (len(REVOKED) - 1)


def test_the_list_of_another_issuer_is_refused() -> None:
    with pytest.raises(ListInvalid, match="another issuer"):
        crl.read(built(), issuer=root().der)


def test_every_flipped_byte_is_refused() -> None:
    data = built(REVOKED[:2], shard=SHARD)
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 0x04
        with pytest.raises(ListInvalid):
            crl.read(bytes(changed), issuer=issuing().der)


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"-----BEGIN X509 CRL-----"])
def test_what_is_not_a_list_is_refused(data: bytes) -> None:
    with pytest.raises(ListInvalid):
        crl.read(data, issuer=issuing().der)


def test_reasons_have_the_numbers_of_the_standard() -> None:
    assert [reason.code for reason in RevocationReason] == [0, 1, 2, 3, 4, 5, 6, 9, 10]
    assert {reason.value for reason in RevocationReason} <= {flag.value for flag in x509.ReasonFlags}


def test_a_long_list_is_written_whole() -> None:
    many = [Revocation(number, AT) for number in range(1, 20_001)]
    read = crl.read(
        crl.build(
            many, issuer=issuing().der, key=issuing().key, number=1, this_update=AT, next_update=AT + DAY
        ),
        issuer=issuing().der,
    )
    assert sum(1 for _ in read.revocations()) == 20_000
