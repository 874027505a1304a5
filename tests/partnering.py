"""An information system at the partners' door, and how it came to be admitted: through the verbs themselves.

``bank = admitted_system(world, authority)`` has an application signed by the head of the sandbox's bank and
decided by the official of the authorised body. ``bank.get("/v1/me")`` sends a signed request with a token.
"""

import base64
import hashlib
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import ECKey

from senim.accounts import AccountId
from senim.accounts.models import Account, InformationSystem
from senim.accounts.systems import applications, deciding, keys, officials
from senim.accounts.systems.officials import Official
from senim.accounts.systems.process import OrganisationKind, Purpose
from senim.accounts.systems.wishes import Wanted, Wish
from senim.partners.token import ASSERTION_TYPE
from senim.settings import settings
from tests.holders import Holder, TestAuthority
from tests.ordering import Browser

TOKEN = "/oauth/token"
EVERYTHING = tuple(Purpose)


def digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jws.serialize_compact(header, json.dumps(claims), key, registry=registry)


@dataclass
class Partner:
    """A system with its key; ``client_id`` is what its decision gave it."""

    client_id: str
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256"))
    alg: str = "ES256"
    browser: Browser = field(default_factory=lambda: Browser("partners"))

    @property
    def jwk(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    def assertion(self, *, key: Any = None, alg: str = "", kid: str = "", **changes: Any) -> str:
        now = time.time()
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": settings.partners_origin,
            "iat": int(now),
            "exp": int(now) + 120,
            "jti": uuid.uuid4().hex,
            **changes,
        }
        header = {"alg": alg or self.alg, "typ": "JWT"} | ({"kid": kid} if kid else {})
        return signed(header, {name: one for name, one in claims.items() if one is not None}, key or self.key)

    def proof(
        self, method: str, path: str, *, token: str = "", body: bytes = b"", key: Any = None, **changes: Any
    ) -> str:
        claims = {
            "htm": method,
            "htu": f"{settings.partners_origin}{path}",
            "iat": int(time.time()),
            "jti": uuid.uuid4().hex,
            **({"ath": digest(token.encode())} if token else {}),
            **({"content_sha256": digest(body)} if body else {}),
            **changes,
        }
        by = key or self.key
        header = {"alg": self.alg, "typ": "dpop+jwt", "jwk": by.as_dict(private=False)}
        return signed(header, {name: one for name, one in claims.items() if one is not None}, by)

    def ask_token(
        self, *, scope: str = "", assertion: str = "", proof: str | None = None, **form: str
    ) -> HttpResponse:
        """What the token endpoint answers."""
        given = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            **({"scope": scope} if scope else {}),
            **form,
        }
        shown = self.proof("POST", TOKEN) if proof is None else proof
        return self.browser.post(
            TOKEN,
            "&".join(f"{name}={value.replace(' ', '+')}" for name, value in given.items()),
            content_type="application/x-www-form-urlencoded",
            headers={"DPoP": shown},
        )

    def token(self, *, scope: str = "") -> str:
        answer = self.ask_token(scope=scope)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["access_token"])

    def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        raw: bytes | None = None,
        token: str = "",
        proof: str | None = None,
        language: str = "en",
    ) -> HttpResponse:
        """A signed request; with ``token`` empty a new one is got first."""
        token, content = token or self.token(), b"" if body is None else json.dumps(body).encode()
        content = content if raw is None else raw
        shown = self.proof(method, path, token=token, body=content) if proof is None else proof
        said = {"Authorization": f"DPoP {token}", "DPoP": shown, "Accept-Language": language}
        return self.browser.generic(method, path, content, content_type="application/json", headers=said)

    def get(self, path: str, **more: Any) -> HttpResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, body: object, **more: Any) -> HttpResponse:
        return self.send("POST", path, body=body, **more)


@dataclass(frozen=True)
class OfficialAt:
    """An official of the authorised body with a signing key."""

    official: Official
    holder: Holder


def names_of(person: Any) -> dict[str, str]:
    return {name: getattr(person, name) for name in ("surname", "given_name", "patronymic", "email")}


def representative(
    world: Any, authority: TestAuthority, entity_id: str, profile: str = "authorised_body"
) -> Holder:
    """The head of this organisation, with a certificate to sign for it."""
    entity, head = world.legal_entity(entity_id), world.person(world.legal_entity(entity_id).head)
    facts = {"bin": entity.bin, "organisation": entity.kk, "iin": head.iin}
    return authority.issue(profile, **facts, **names_of(head))


def official(world: Any, authority: TestAuthority) -> OfficialAt:
    entity = world.legal_entity("authorised-body")
    head = world.person(entity.head)
    named = officials.appoint(
        iin=head.iin, bin=entity.bin, name=f"{head.surname} {head.given_name}", by="test", at=timezone.now()
    )
    return OfficialAt(named, representative(world, authority, "authorised-body"))


def account_of(person: Any) -> AccountId:
    facts = {name: one for name, one in names_of(person).items() if name != "email"}
    account, _ = Account.objects.get_or_create(
        iin=person.iin, defaults={"created_at": timezone.now(), **facts}
    )
    return AccountId(account.pk)


def wish(world: Any, jwk: dict[str, Any], *, entity: str = "bank", **changes: Any) -> Wish:
    said = {
        "bin": world.legal_entity(entity).bin,
        "name": "Ұялы банк",
        "purposes": EVERYTHING,
        "document_types": ("identity_card",),
        "keys": keys.read(json.dumps(jwk)),
        "contact_name": "Қосу бөлімі",
        "contact_email": "integration@bank.test",
        **changes,
    }
    return Wish(**said)


def applied(
    world: Any, authority: TestAuthority, jwk: dict[str, Any], *, entity: str = "bank", **changes: Any
) -> Any:
    """The id of an application that waits for a decision."""
    asked, at = wish(world, jwk, entity=entity, **changes), timezone.now()
    holder, head = representative(world, authority, entity), world.person(world.legal_entity(entity).head)
    text = applications.prepare(wish=asked, at=at).document
    done = applications.apply(
        wish=asked, account_id=account_of(head), authentication=None, signature=holder.sign(text), at=at
    )
    return done.application_id


def admitted_system(
    world: Any,
    authority: TestAuthority,
    *,
    key: Any = None,
    alg: str = "ES256",
    entity: str = "bank",
    kind: OrganisationKind = OrganisationKind.BANK,
    purposes: tuple[Purpose, ...] = EVERYTHING,
    by: OfficialAt | None = None,
    expires_on: Any = None,
    **changes: Any,
) -> Partner:
    """A system with this key (or a new one), admitted for these purposes."""
    partner = Partner("", key or ECKey.generate_key("P-256"), alg)
    documents = () if set(purposes) <= {Purpose.SUBSCRIBER_NUMBER} else ("identity_card",)
    asked = {"purposes": purposes, "document_types": documents, **changes}
    application_id = applied(world, authority, partner.jwk, entity=entity, **asked)
    who, at = by or official(world, authority), timezone.now()
    wanted = Wanted(kind, purposes, documents, expires_on)
    text = deciding.admission_to_sign(application_id=application_id, wanted=wanted, at=at)
    done = deciding.admit(
        application_id=application_id,
        wanted=wanted,
        official=who.official,
        authentication=None,
        signature=who.holder.sign(text),
        at=at,
    )
    partner.client_id = str(done.client_id)
    return partner


def admitted_shop(world: Any, authority: TestAuthority) -> Partner:
    """A pharmacy's till: it may have documents viewed, and nothing else."""
    only = {"kind": OrganisationKind.OTHER, "purposes": (Purpose.VIEW,)}
    return admitted_system(world, authority, entity="pharmacy", **only, name="Till")


def system_of(entity: Any, *, name: str, purposes: tuple[Purpose, ...]) -> Partner:
    """As a decision leaves it, without the signatures: where something else than its admission is shown."""
    partner, at = Partner(""), timezone.now()
    row = InformationSystem.objects.create(
        state_since_at=at,
        bin=entity.bin,
        organisation=entity.kk,
        kind=OrganisationKind.OTHER,
        name=name,
        purposes=list(purposes),
        document_types=["identity_card"],
        keys=keys.read(json.dumps(partner.jwk)),
        contact_email="integration@system.test",
        language="kk",
        admitted_at=at,
    )
    partner.client_id = str(row.pk)
    return partner
