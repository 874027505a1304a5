from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.pki.chain import (
    AT,
    DAY,
    PERSON,
    Holder,
    authority,
    issue,
    issuing,
    key_usage,
    openssl,
    person,
    root,
)

from senim.countries.kz import subjects
from senim.pki import certificates, paths
from senim.pki.certificates import Extension
from senim.pki.keys import KeyAlgorithm
from senim.pki.paths import PathInvalid, PathProblem

SERVICE = subjects.build_service


def built(
    leaf: Holder, *intermediates: Holder, anchors: tuple[Holder, ...] = (), at: object = AT
) -> paths.Path:
    anchors = anchors or (root(),)
    return paths.build(
        leaf.der,
        intermediates=[holder.der for holder in intermediates],
        anchors=[holder.der for holder in anchors],
        at=at,  # type: ignore[arg-type]
    )


def problem_with(leaf: Holder, *intermediates: Holder, at: object = AT) -> tuple[PathProblem, bytes]:
    with pytest.raises(PathInvalid) as refused:
        built(leaf, *intermediates, at=at)
    return refused.value.problem, refused.value.certificate


def openssl_agrees(folder: Path, leaf: Holder, *intermediates: Holder) -> bool:
    untrusted = folder / "untrusted.pem"
    untrusted.write_bytes(b"".join(holder.pem(folder, "one").read_bytes() for holder in intermediates))
    more = ("-untrusted", untrusted) if intermediates else ()
    moment = ("-attime", int(AT.timestamp()))
    finished = openssl(
        "verify", *map(str, moment), "-CAfile", root().pem(folder, "root"), *more, leaf.pem(folder, "l")
    )
    return finished.returncode == 0


def test_a_path_leads_from_the_leaf_to_the_anchor(tmp_path: Path) -> None:
    path = built(person(), issuing())
    assert path.certificates == (person().der, issuing().der, root().der)
    assert openssl_agrees(tmp_path, person(), issuing())


def test_an_anchor_is_a_path_by_itself_and_may_also_be_the_issuing_authority() -> None:
    assert built(root()).certificates == (root().der,)
    assert built(person(), anchors=(issuing(),)).certificates == (person().der, issuing().der)


def test_the_order_of_intermediates_and_rubbish_beside_them_do_not_matter() -> None:
    other = issue(subject=SERVICE("other"), extensions=authority())
    intermediates = [other.der, b"rubbish", b"", person().der, issuing().der, root().der]
    found = paths.build(person().der, intermediates=intermediates, anchors=[root().der], at=AT)
    assert len(found.certificates) == 3


def test_without_its_issuer_a_certificate_has_no_path(tmp_path: Path) -> None:
    assert problem_with(person()) == (PathProblem.NO_ISSUER, person().der)
    stranger = issue(subject=SERVICE("stranger"), extensions=authority())
    leaf = issue(subject=PERSON, issuer=stranger)
    assert problem_with(leaf, stranger)[0] is PathProblem.NO_ISSUER
    assert not openssl_agrees(tmp_path, leaf, stranger)


def test_an_impostor_of_the_same_name_is_not_the_issuer(tmp_path: Path) -> None:
    impostor = issue(subject=issuing().name, issuer=None, extensions=authority())
    leaf = issue(subject=PERSON, issuer=impostor)
    assert problem_with(leaf, issuing()) == (PathProblem.SIGNATURE_WRONG, leaf.der)
    assert problem_with(leaf, issuing(), impostor)[0] is PathProblem.SIGNATURE_WRONG
    assert not openssl_agrees(tmp_path, leaf, issuing(), impostor)


def test_of_two_issuers_of_one_name_the_key_identifier_finds_the_right_one() -> None:
    renewed = issue(subject=issuing().name, issuer=root(), extensions=authority(path_length=0))
    leaf = issue(subject=PERSON, issuer=renewed)
    for intermediates in ((issuing(), renewed), (renewed, issuing())):
        assert built(leaf, *intermediates).certificates[1] == renewed.der
        assert built(person(), *intermediates).certificates[1] == issuing().der


def test_of_two_certificates_of_one_key_the_valid_one_is_taken() -> None:
    expired = issue(
        subject=issuing().name,
        issuer=root(),
        key=issuing().key,
        extensions=authority(path_length=0),
        not_before=AT - 9 * DAY,
        not_after=AT - DAY,
    )
    assert built(person(), expired, issuing()).certificates[1] == issuing().der


@pytest.mark.parametrize("flip", [0x01, 0x80])
def test_every_flipped_byte_is_refused(flip: int) -> None:
    for position in range(len(person().der)):
        changed = bytearray(person().der)
        changed[position] ^= flip
        with pytest.raises(PathInvalid):
            built(replace(person(), der=bytes(changed)), issuing())


def test_out_of_its_time_a_certificate_is_refused_and_its_last_second_counts() -> None:
    leaf = issue(subject=PERSON, issuer=issuing(), not_before=AT - DAY, not_after=AT)
    built(leaf, issuing(), at=AT)
    built(leaf, issuing(), at=AT.replace(microsecond=999_999))
    assert problem_with(leaf, issuing(), at=AT.replace(second=1))[0] is PathProblem.EXPIRED
    assert problem_with(leaf, issuing(), at=AT - 2 * DAY)[0] is PathProblem.NOT_YET_VALID


def test_out_of_its_time_an_issuer_is_refused() -> None:
    leaf = issue(subject=PERSON, issuer=issuing(), not_before=AT - 900 * DAY, not_after=AT + 3000 * DAY)
    assert problem_with(leaf, issuing(), at=AT + 2001 * DAY) == (PathProblem.ISSUER_EXPIRED, issuing().der)
    assert problem_with(leaf, issuing(), at=AT - 501 * DAY) == (
        PathProblem.ISSUER_NOT_YET_VALID,
        issuing().der,
    )


def test_a_certificate_that_is_no_authority_issues_nothing(tmp_path: Path) -> None:
    leaf = issue(subject=PERSON, issuer=person())
    assert problem_with(leaf, person(), issuing()) == (PathProblem.NOT_AN_AUTHORITY, person().der)
    assert not openssl_agrees(tmp_path, leaf, person(), issuing())


def test_an_authority_that_may_not_sign_certificates_issues_none(tmp_path: Path) -> None:
    constraints = Extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    crl_only = issue(
        subject=SERVICE("lists only"), issuer=root(), extensions=(constraints, key_usage("crl_sign"))
    )
    leaf = issue(subject=PERSON, issuer=crl_only)
    assert problem_with(leaf, crl_only) == (PathProblem.MAY_NOT_SIGN_CERTIFICATES, crl_only.der)
    assert not openssl_agrees(tmp_path, leaf, crl_only)


def test_an_authority_below_one_that_allows_none_is_refused(tmp_path: Path) -> None:
    below = issue(subject=SERVICE("below"), issuer=issuing(), extensions=authority())
    leaf = issue(subject=PERSON, issuer=below)
    assert problem_with(leaf, below, issuing()) == (PathProblem.PATH_TOO_LONG, issuing().der)
    assert not openssl_agrees(tmp_path, leaf, below, issuing())


def test_an_unknown_critical_extension_is_refused_and_an_unknown_other_one_is_not(tmp_path: Path) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    critical = issue(subject=PERSON, issuer=issuing(), extensions=(Extension(unknown, critical=True),))
    assert problem_with(critical, issuing()) == (PathProblem.UNKNOWN_CRITICAL_EXTENSION, critical.der)
    assert not openssl_agrees(tmp_path, critical, issuing())
    built(issue(subject=PERSON, issuer=issuing(), extensions=(Extension(unknown),)), issuing())


def test_name_constraints_are_refused_since_they_are_not_evaluated() -> None:
    names = x509.NameConstraints(permitted_subtrees=[x509.DNSName("kz")], excluded_subtrees=None)
    constrained = issue(
        subject=SERVICE("constrained"), issuer=root(), extensions=(*authority(), Extension(names))
    )
    leaf = issue(subject=PERSON, issuer=constrained)
    assert problem_with(leaf, constrained) == (PathProblem.UNKNOWN_CRITICAL_EXTENSION, constrained.der)


def test_a_loop_of_authorities_ends_without_a_path() -> None:
    one = issue(subject=SERVICE("one"), extensions=authority())
    two = issue(subject=SERVICE("two"), issuer=one, extensions=authority())
    back = issue(subject=SERVICE("one"), issuer=two, key=one.key, extensions=authority())
    leaf = issue(subject=PERSON, issuer=two)
    assert problem_with(leaf, back, two)[0] is PathProblem.NO_ISSUER


def test_a_very_long_chain_is_refused() -> None:
    chain = [root()]
    for number in range(paths.CERTIFICATES_AT_MOST):
        chain.append(issue(subject=SERVICE(f"level {number}"), issuer=chain[-1], extensions=authority()))
    leaf = issue(subject=PERSON, issuer=chain[-1])
    assert problem_with(leaf, *chain[1:])[0] is PathProblem.PATH_TOO_LONG
    assert len(built(issue(subject=PERSON, issuer=chain[-3]), *chain[1:]).certificates) == 8


def test_a_crowd_of_impostors_costs_a_bounded_number_of_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [issue(subject=SERVICE("crowd"), extensions=authority()) for _ in range(4)]
    crossed = [
        issue(subject=SERVICE("crowd"), issuer=other, key=holder.key, extensions=authority())
        for holder in crowd
        for other in crowd
    ]
    checks = []
    verify = paths.signatures.verify
    monkeypatch.setattr(paths.signatures, "verify", lambda *a, **k: (checks.append(1), verify(*a, **k)))
    problem_with(issue(subject=PERSON, issuer=crowd[0]), *crossed)
    assert len(checks) == paths.SIGNATURE_CHECKS_AT_MOST


def test_a_certificate_signed_by_a_weak_key_has_no_path() -> None:
    weak, strong = (rsa.generate_private_key(65537, bits) for bits in (1024, 2048))
    anchor = by_library(weak, weak, hashes.SHA256(), authority=True)
    with pytest.raises(PathInvalid) as refused:
        paths.build(by_library(strong, weak, hashes.SHA256()), intermediates=[], anchors=[anchor], at=AT)
    assert refused.value.problem is PathProblem.UNSUPPORTED_ALGORITHM


def test_a_certificate_signed_with_sha_1_has_no_path() -> None:
    key = rsa.generate_private_key(65537, 2048)
    anchor = by_library(key, key, hashes.SHA256(), authority=True)
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    leaf = by_library(key, key, hashes.SHA256()).replace(sha256, sha1)
    with pytest.raises(PathInvalid) as refused:
        paths.build(leaf, intermediates=[], anchors=[anchor], at=AT)
    assert refused.value.problem is PathProblem.UNSUPPORTED_ALGORITHM


def by_library(
    key: rsa.RSAPrivateKey,
    issuer: rsa.RSAPrivateKey,
    algorithm: hashes.HashAlgorithm,
    *,
    authority: bool = False,
) -> bytes:
    start = AT.replace(tzinfo=None)
    subject = SERVICE("weak") if authority else PERSON
    builder = x509.CertificateBuilder(SERVICE("weak"), subject, key.public_key(), 5, start - DAY, start + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    signed = builder.sign(issuer, algorithm)  # type: ignore[arg-type]
    return signed.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P384, KeyAlgorithm.RSA3072])
def test_chains_of_other_algorithms_are_followed(algorithm: KeyAlgorithm) -> None:
    top = issue(subject=SERVICE("top"), algorithm=algorithm, extensions=authority())
    leaf = issue(subject=PERSON, issuer=top, algorithm=KeyAlgorithm.P256)
    assert len(built(leaf, anchors=(top,)).certificates) == 2


def test_an_inner_algorithm_that_is_not_the_outer_one_is_refused() -> None:
    at = person().der.rindex(bytes.fromhex("2a8648ce3d040302"))
    changed = person().der[: at + 7] + b"\x03" + person().der[at + 8 :]
    assert not certificates.parts_of(changed).algorithms_agree
    assert problem_with(replace(person(), der=changed), issuing())[0] in {
        PathProblem.SIGNATURE_WRONG,
        PathProblem.NOT_A_CERTIFICATE,
    }


@pytest.mark.parametrize("rubbish", [b"", b"\x30\x00", b"-----BEGIN CERTIFICATE-----", bytes(10_000_000)])
def test_what_is_not_a_certificate_is_refused(rubbish: bytes) -> None:
    with pytest.raises(PathInvalid) as refused:
        paths.build(rubbish, intermediates=[issuing().der], anchors=[root().der], at=AT)
    assert refused.value.problem is PathProblem.NOT_A_CERTIFICATE
