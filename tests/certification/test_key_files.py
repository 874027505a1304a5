"""The ceremony's key files and the list of their passwords."""

import json
import re

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from tests.authority import PLAN_FILE
from tests.certification.test_ceremony import NOW, home, plan  # noqa: F401 (fixtures)

from senim.certification import ceremony
from senim.certification.ceremony.plan import PlanWrong
from senim.certification.models import Certificate
from senim.countries.kz import subjects
from senim.journal.models import Entry
from senim.pki.certificates import subject_of
from senim.pki.keys import KeyAlgorithm

DAUREN = "851102393201"


def test_the_ceremony_makes_key_files_their_list_and_its_own_record(home, plan):  # noqa: F811
    """In one test, for a ceremony takes seconds."""
    performed = ceremony.perform(plan, at=NOW)
    folder = home / "sandbox" / "people"
    said = json.loads((folder / "passwords.json").read_text(encoding="utf-8"))
    check_the_list(said, performed)
    check_the_files(folder, said["dauren"]["password"].encode())
    check_the_bodys_file(home / "sandbox")
    check_the_record(performed)
    assert ceremony.perform(plan, at=NOW).made == ()
    assert Entry.objects.filter(verb="ceremony.perform").count() == 1


def check_the_list(said, performed):
    assert set(said) == {"dauren", "gulnar"} == set(performed.passwords)
    dauren = said["dauren"]
    assert (dauren["name"], dauren["iin"]) == ("Оспанов Дәурен Маратұлы", DAUREN)
    assert (dauren["file"], dauren["profiles"]) == ("dauren.p12", "operator_sign operator_auth")
    assert re.fullmatch("[abcdefghjkmnpqrstuvwxyz23456789]{10}", dauren["password"])
    assert dauren["password"] != said["gulnar"]["password"]


def check_the_files(folder, password):
    for purpose in ("sign", "auth"):
        opened = pkcs12.load_pkcs12((folder / f"dauren-{purpose}.p12").read_bytes(), password)
        certificate = opened.cert.certificate
        assert opened.key.public_key() == certificate.public_key()
        assert opened.cert.friendly_name == purpose.encode()
        assert len(opened.additional_certs) == 2
        row = Certificate.objects.get(serial_number=f"{certificate.serial_number:040x}")
        assert (row.profile, row.label) == (f"operator_{purpose}", f"dauren-operator_{purpose}")
        assert (row.iin, row.issuer) == (DAUREN, "issuing")


def check_the_bodys_file(folder):
    password = (folder / "owner.password").read_text().strip()
    opened = pkcs12.load_pkcs12((folder / "owner.p12").read_bytes(), password.encode())
    assert len(password) == 10
    said = subjects.read(subject_of(opened.cert.certificate.public_bytes(Encoding.DER)))
    assert (said.bin, said.iin) == ("020940900141", "")


def check_the_record(performed):
    entry = Entry.objects.get(verb="ceremony.perform")
    assert (entry.actor, entry.clause, entry.subject) == ("ceremony", "CA-5.15", "ceremony")
    assert entry.facts == {"made": len(performed.made)}
    assert {"key root", "key issuing", "key journal", "certificate root", "list root"} <= set(performed.made)
    assert "certificate dauren-operator_sign" in performed.made
    numbers = {f"certificate:{row.serial_number}" for row in Certificate.objects.all()}
    for verb in ("certification.intend", "certification.issue"):
        made = Entry.objects.filter(verb=verb, actor="ceremony", clause="CA-5.15")
        assert {entry.subject for entry in made} == numbers


def test_the_reviewed_file_is_read_word_for_word():
    whole = ceremony.read(PLAN_FILE)
    assert whole.sandbox
    assert (whole.root.label, whole.root.profile, whole.root.secret) == ("root", "root", "")
    assert whole.root.facts.common_name == "Senim Sandbox Root Certification Authority"
    assert whole.root.facts.organisation == "Senim Sandbox"
    assert whole.root_crl_valid_for.days == 365
    assert (whole.issuing.label, whole.issuing.secret) == ("issuing", "passphrase-authority")
    assert {one.algorithm for one in (whole.root, whole.issuing, *whole.services)} == {KeyAlgorithm.P256}
    assert [(one.label, one.profile, one.secret) for one in whole.services] == [
        ("ocsp", "ocsp", "passphrase-responders"),
        ("tsa", "tsa", "passphrase-responders"),
    ]
    assert whole.journal_secret == "passphrase-sequencer"
    body, *holders = whole.holders
    assert (body.slug, body.folder, body.profiles) == ("owner", "", ("state_body",))
    assert {one.folder for one in holders} == {"people"}
    aigerim = next(one for one in holders if one.slug == "aigerim")
    assert aigerim.profiles == ("individual_sign", "individual_auth")
    assert (aigerim.facts.iin, aigerim.facts.email) == ("940308492147", "aigerim@mail.test")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('algorithm = "P-256"', 'algorithm = "P-192"', "P-192"),
        ('profile = "tsa"', 'profile = "clock"', "clock"),
        ("crl_valid_days = 365", 'crl_valid_days = "long"', "the ceremony's file"),
        ('slug = "owner"', 'slag = "owner"', "slug"),
        ("[journal]", "[diary]", "journal"),
    ],
)
def test_a_file_with_a_slip_is_refused_and_the_slip_is_named(tmp_path, old, new, why):
    text = PLAN_FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "plan.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanWrong, match=why):
        ceremony.read(tmp_path / "plan.toml")


def test_a_plan_that_does_not_speak_of_a_sandbox_is_for_the_real_thing(tmp_path):
    text = PLAN_FILE.read_text(encoding="utf-8").replace("sandbox = true", "", 1)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    assert not ceremony.read(tmp_path / "plan.toml").sandbox
