"""The main job step by step. Each step is a function that leaves what it made in the journey."""

import base64
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, ObjectIdentifier

from tools.demo import keys, qr, stamp, words
from tools.demo.instance import Instance
from tools.demo.visitor import Page, Unexpected, Visitor, plain

Made = TypeVar("Made")
PATIENCE_SECONDS = 60
CITIZEN, OPERATOR, THIRD = "aigerim", "dauren", "daniyar"


@dataclass
class Journey:
    """Three people, their cookies, and what they made so far."""

    at: Instance
    folder: Path
    who: str = CITIZEN
    made: dict[str, Any] = field(default_factory=dict)
    signers: dict[str, keys.Signer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.citizen, self.third = Visitor(self.at.portal), Visitor(self.at.portal)
        self.operator, self.sandbox = Visitor(self.at.desk), Visitor(self.at.sandbox)
        people = self.sandbox.json("/people.json")["people"]
        assert isinstance(people, list)
        self.people = {one["id"]: one for one in people}
        self.person = self.people[self.who]
        self.email = f"{self.who}.{secrets.token_hex(4)}@mail.test"
        self.sign_key, self.auth_key = keys.new_key(), keys.new_key()

    def newest_mail(self, count: int) -> dict[str, Any]:
        """The newest mail once there are ``count``."""
        return wait_for(lambda: self._mail(count), f"{count} letters to {self.email}")

    def _mail(self, count: int) -> dict[str, Any] | None:
        mails = self.sandbox.json(f"/mail/{self.email}.json")["mails"]
        assert isinstance(mails, list)
        return dict(mails[0]) if len(mails) >= count else None

    def signer_of(self, slug: str, purpose: str) -> keys.Signer:
        file = self.at.people / f"{slug}-{purpose}.p12"
        return keys.from_file(file, self.at.password(slug))


def order_a_certificate(journey: Journey) -> None:
    """CA-6.P1–P5: the form, the challenge in words, the registry, two requests; a number comes back."""
    visitor, person = journey.citizen, journey.person
    page = visitor.get("/en/order/")
    page = visitor.submit(page, page.form(having="read"), read="on")
    form = page.form(having="iin")
    centre = next(value for value in form.choices["centre"] if value)
    typed = {
        "iin": person["iin"],
        "surname": person["surname"],
        "given_name": person["given_name"],
        "patronymic": person.get("patronymic", ""),
        "email": journey.email,
        "settlement": "Astana",
        "centre": centre,
        "storage": "file",
        "answer": words.number_in(plain(page.text)),
    }
    page = _with_a_fitting_region(visitor, page, typed)
    form = page.form(having="data-keys")
    subject = form.attributes["data-subject"]
    page = visitor.submit(
        page,
        form,
        request_sign=keys.request(journey.sign_key, subject),
        request_auth=keys.request(journey.auth_key, subject),
        key_storage="file",
    )
    letter = journey.newest_mail(1)
    number = re.search(r"\d{4}[\s\u00a0\u2011-]?\d{4}[\s\u00a0\u2011-]?\d{4}", letter["text"])
    if number is None:
        raise Unexpected(f"no number in the letter: {letter['text'][:300]}")
    journey.made["application_number"] = re.sub(r"\D", "", number[0])
    if journey.made["application_number"] not in re.sub(r"\D", "", plain(page.text)):
        raise Unexpected("the page does not show the number of the letter")


def _with_a_fitting_region(visitor: Visitor, page: Page, typed: dict[str, str]) -> Page:
    """The centre chosen lies in one of the regions; the form says which do not fit."""
    for region in filter(None, page.form(having="iin").choices["region"]):
        answer = visitor.submit(page, page.form(having="iin"), region=region, **typed)
        if any("data-keys" in one.attributes for one in answer.forms):
            return answer
        page = answer
    raise Unexpected(f"the order form was not accepted: {plain(page.text)[:800]}")


def sign_in_at_the_desk(journey: Journey) -> None:
    sign_in(journey.operator, journey.signer_of(OPERATOR, "auth"))


def sign_in(visitor: Visitor, signer: keys.Signer, *, at: str = "/en/sign-in/") -> Page:
    page = visitor.get(at)
    form = page.form(having="data-sign")
    page = visitor.submit(page, form, signature=signer.sign(form.attributes["data-content"]))
    if any(one.attributes.get("data-purpose") == "auth" for one in page.forms):
        raise Unexpected(f"not signed in: {plain(page.text)[:600]}")
    return page


def identify_and_confirm(journey: Journey) -> None:
    """CA-6.P6–P9: papers, identification, receipt, the operator's own signature."""
    desk = journey.operator
    page = desk.get(f"/en/?q={journey.made['application_number']}")
    case = _case_address(page)
    page = desk.get(case)
    page = desk.submit(page, page.form(having="present"))
    page = desk.get(case)
    form = page.form(having="accept")
    page = desk.submit(page, form, **_all_papers(form))
    page = desk.get(case)
    page = desk.submit(page, page.form(having="receipt"))
    page = desk.get(case)
    receipt = re.search(r'href="([^"]*receipt[^"]*)"', page.text)
    if receipt is None or not desk.get(receipt[1]).body.startswith(b"%PDF"):
        raise Unexpected("no receipt")
    confirm = re.search(r'href="([^"]*confirm[^"]*)"', page.text)
    page = desk.get(confirm[1]) if confirm else page
    form = page.form(having="data-sign")
    signer = journey.signer_of(OPERATOR, "sign")
    desk.submit(page, form, signature=signer.sign(form.attributes["data-content"]))


def _case_address(page: Page) -> str:
    found = re.search(r'href="([^"]*/(?:case|cases|application|applications)/[^"]+)"', page.text)
    return found[1] if found else urlsplit(page.url).path


def _all_papers(form: Any) -> dict[str, Any]:
    """Tick every paper and choose the first means of identification."""
    ticked: dict[str, Any] = {}
    for name, values in form.choices.items():
        chosen = [value for value in values if value]
        ticked[name] = chosen if name == "papers" else chosen[0]
    return ticked


def install_the_certificates(journey: Journey) -> None:
    """CA-6.P11: the letter carries a link only; the certificates fit the keys made at the order."""
    letter = journey.newest_mail(2)
    if "BEGIN" in letter["text"]:
        raise Unexpected("the letter carries more than a link")
    page = journey.citizen.get(letter["links"][0])
    form = page.form(having="data-install")
    for name, key in (("sign", journey.sign_key), ("auth", journey.auth_key)):
        certificate = x509.load_der_x509_certificate(base64.b64decode(form.attributes[f"data-{name}"]))
        if certificate.public_key() != key.public_key():
            raise Unexpected(f"the {name} certificate is not for the key that was made")
        journey.signers[name] = keys.Signer(key, certificate)
    journey.made["_issuing"], journey.made["_root"] = (
        x509.load_der_x509_certificate(base64.b64decode(part))
        for part in form.attributes["data-chain"].split()
    )
    journey.citizen.submit(page, form, installed="file").expect("nstalled")


def check_the_status(journey: Journey) -> None:
    """OCSP says good, at the address the certificate names; where its revocation list is, it says too."""
    certificate = journey.signers["sign"].certificate
    journey.made["ocsp_url"] = _place(certificate, AuthorityInformationAccessOID.OCSP)
    journey.made["crl_urls"] = list_addresses(certificate)
    journey.made["tsa_url"] = f"{journey.at.responders}/tsa"
    good = status_answer(journey, certificate, ocsp.OCSPCertStatus.GOOD)
    (journey.folder / "ocsp.der").write_bytes(good)
    write_pem(journey, "sign.pem", certificate)
    write_pem(journey, "auth.pem", journey.signers["auth"].certificate)
    write_pem(journey, "issuing.pem", journey.made["_issuing"])
    write_pem(journey, "root.pem", journey.made["_root"])


def _place(certificate: x509.Certificate, kind: ObjectIdentifier) -> str:
    access = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    return next(str(one.access_location.value) for one in access if one.access_method == kind)


def _issuer_of(certificate: x509.Certificate) -> x509.Certificate:
    """From where the certificate says: not every certificate is of the authority that issues now."""
    address = _place(certificate, AuthorityInformationAccessOID.CA_ISSUERS)
    answer = Visitor(address).client.get(urlsplit(address).path)
    return x509.load_der_x509_certificate(answer.raise_for_status().content)


def list_addresses(certificate: x509.Certificate) -> list[str]:
    points = certificate.extensions.get_extension_for_oid(ExtensionOID.CRL_DISTRIBUTION_POINTS).value
    return [name.value for point in points for name in point.full_name or ()]


def status_answer(journey: Journey, certificate: x509.Certificate, wanted: ocsp.OCSPCertStatus) -> bytes:
    """The answer of the responder, once it says this."""
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, _issuer_of(certificate), hashes.SHA1())
    responders, request = Visitor(journey.made["ocsp_url"]), asked.build().public_bytes(Encoding.DER)

    def as_wanted() -> bytes | None:
        answer = responders.client.post(
            urlsplit(journey.made["ocsp_url"]).path,
            content=request,
            headers={"Content-Type": "application/ocsp-request"},
        )
        read = ocsp.load_der_ocsp_response(answer.content)
        fits = read.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL
        return answer.content if fits and read.certificate_status == wanted else None

    return wait_for(as_wanted, f"OCSP to say {wanted.name.lower()}")


def ask_for_a_time_stamp(journey: Journey) -> None:
    """RFC 3161, over the certificate just issued, as a program of somebody else would ask."""
    answer, signer = stamp.ask(journey.made["tsa_url"], (journey.folder / "sign.pem").read_bytes())
    (journey.folder / "ts.tsr").write_bytes(answer)
    chain = (signer, journey.made["_issuing"], journey.made["_root"])
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in chain)
    (journey.folder / "tsa_chain.pem").write_bytes(pem)


def sign_in_to_the_portal(journey: Journey) -> None:
    """PT-4.2, with the certificate just issued."""
    sign_in(journey.citizen, journey.signers["auth"])


def connect_the_phone(journey: Journey) -> None:
    """PH-5: number, consent, code by SMS, the citizen's signature."""
    visitor, number = journey.citizen, journey.person["phone"]
    before = len(messages_to(journey, number))
    page = visitor.get("/en/phone/")
    form = page.form(having="number")
    boxes = {name: values[0] for name, values in form.choices.items()}
    page = visitor.submit(page, form, **{**boxes, "number": number})
    code = wait_for(lambda: code_of(journey, number, before), "the code by SMS")
    page = visitor.submit(page, page.form(having="code"), code=code)
    form = page.form(having="data-sign")
    signer = journey.signers["sign"]
    page = visitor.submit(page, form, signature=signer.sign(form.attributes["data-content"]))
    if "connected" not in plain(page.text).lower():
        raise Unexpected(f"not connected: {plain(page.text)[:400]}")


def messages_to(journey: Journey, number: str) -> list[dict[str, Any]]:
    messages = journey.sandbox.json(f"/phones/{number}.json")["messages"]
    assert isinstance(messages, list)
    return messages


def code_of(journey: Journey, number: str, before: int) -> str | None:
    messages = messages_to(journey, number)
    found = re.search(r"\b(\d{6})\b", messages[0]["text"]) if len(messages) > before else None
    return found[1] if found else None


def open_the_document(journey: Journey) -> None:
    """DD-12 to DD-15: the identity card, live; open access makes QR and code."""
    visitor = journey.citizen
    page = visitor.get("/en/documents/identity-card/")
    page = visitor.submit(page, page.form(having="open"))
    journey.made["_access"] = urlsplit(page.url).path
    state = visitor.json(journey.made["_access"] + "state/")
    journey.made["short_code"] = state["code"]
    journey.made["qr"] = qr.read_svg(str(state["qr_svg"]))


def view_by_qr(journey: Journey) -> None:
    """DD-18a, DD-19: another signed-in citizen scans and sees."""
    sign_in(journey.third, journey.signer_of(THIRD, "auth"))
    state = journey.citizen.json(journey.made["_access"] + "state/")
    page = journey.third.get(_in_english(qr.read_svg(str(state["qr_svg"]))))
    journey.third.submit(page, page.form(having="token")).expect(journey.person["surname"])


def _in_english(scanned: str) -> str:
    return "/en" + urlsplit(scanned).path.replace("/D/", "/d/")


def view_by_code(journey: Journey) -> None:
    """The code is a rendezvous: the owner types the number on the viewer's screen."""
    owner, viewer = journey.citizen, journey.third
    state = owner.json(journey.made["_access"] + "state/")
    page = viewer.get("/en/view/")
    waiting = viewer.submit(page, page.form(having="code"), code=str(state["code"]))
    number = re.search(r"\b(\d{3})[\s\u00a0]?(\d{3})\b", plain(waiting.text))
    claim = owner.json(journey.made["_access"] + "state/")["claim"]
    if number is None or not isinstance(claim, dict):
        raise Unexpected("the viewer and the owner did not meet")
    answer_claim(journey, claim, number[1] + number[2])
    viewer.get(urlsplit(waiting.url).path).expect(journey.person["surname"])


def answer_claim(journey: Journey, claim: dict[str, Any], number: str) -> None:
    """The owner consents by typing the number on the screen of whoever asks."""
    page = journey.citizen.get(journey.made["_access"])
    form = page.form(having="answer")
    journey.citizen.submit(page, form, claim=claim["id"], number=number, answer="open")


def read_the_marks(journey: Journey) -> None:
    """DD-18b: both cabinets show both looks."""
    journey.made["views"] = {
        who: _marks(visitor) for who, visitor in (("owner", journey.citizen), ("viewer", journey.third))
    }
    if min(map(len, journey.made["views"].values())) < 2:
        raise Unexpected(f"marks are missing: {journey.made['views']}")


def _marks(visitor: Visitor) -> list[str]:
    page = visitor.get("/en/documents/seen/")
    listed = re.search(r'<ol class="senim-line">(.*?)</ol>', page.text, re.DOTALL)
    return [plain(item) for item in re.findall(r"<li.*?</li>", listed[1], re.DOTALL)] if listed else []


def write_pem(journey: Journey, name: str, certificate: x509.Certificate) -> None:
    (journey.folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))


def wait_for(look: Callable[[], Made | None], what: str) -> Made:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise Unexpected(f"waited in vain for {what}")
