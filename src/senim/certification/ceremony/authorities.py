"""Root and issuing authority, the responders' certificates and the journal's key."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from senim.certification import at_work, own_keys
from senim.certification.ceremony import root_key
from senim.certification.ceremony.certify import Log, certify, known, write_whole
from senim.certification.ceremony.plan import Plan, PlanWrong, ServicePlan
from senim.certification.issuance import Authority, digest_of_key
from senim.pki.keys import FileKeyStore, KeyMissing, KeyStore, PrivateKey
from senim.settings import settings


def root_authority(plan: Plan, *, passphrase: str, at: datetime, log: Log) -> Authority:
    key = _key(FileKeyStore(settings.root), plan.root, passphrase=passphrase, log=log)
    itself = Authority.root("root", facts=plan.root.facts, key=key, at=at, sandbox=plan.sandbox)
    certificate = _service(itself, plan.root, key, at=at, log=log)
    return Authority.of("root", certificate=certificate, key=key)


def certified_before(plan: Plan) -> Authority | None:
    """The authority that issues where an earlier ceremony made all that the root key is needed for."""
    if not root_key.is_certified():
        return None
    key = _online_key(plan.issuing, log=Log())
    for own in (plan.root, plan.issuing):
        recorded = known(own.label, profile_name=own.profile, facts=own.facts)
    if recorded is None or bytes(recorded.key_digest) != digest_of_key(key.public_key()):
        return None
    return at_work.opened(settings, passphrase=settings.secret(plan.issuing.secret))


def issuing_authority(plan: Plan, root: Authority, *, at: datetime, log: Log) -> Authority:
    key = _online_key(plan.issuing, log=log)
    certificate = _service(root, plan.issuing, key, at=at, log=log)
    return Authority.of("issuing", certificate=certificate, key=key)


def service(plan: ServicePlan, issuing: Authority, *, at: datetime, log: Log) -> None:
    _service(issuing, plan, _online_key(plan, log=log), at=at, log=log)


def journal_key(secret: str, *, log: Log) -> None:
    """The Ed25519 key that signs the journal's checkpoints, and its public half for whoever verifies them."""
    file, passphrase = settings.home / "keys" / "journal.key", settings.secret(secret).encode()
    if not file.exists():
        fresh = Ed25519PrivateKey.generate()
        pem = fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
        write_whole(file, pem, private=True)
        log.made.append("key journal")
    key = load_pem_private_key(file.read_bytes(), passphrase)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_whole(settings.home / "certificates" / "journal.pub", public)


def _service(authority: Authority, plan: ServicePlan, key: PrivateKey, *, at: datetime, log: Log) -> bytes:
    return certify(
        authority,
        label=plan.label,
        profile_name=plan.profile,
        facts=plan.facts,
        public_key=key.public_key(),
        at=at,
        log=log,
    )


def service_of(plan: Plan, label: str) -> ServicePlan:
    """Raises PlanWrong."""
    found = next((each for each in plan.services if each.label == label), None)
    if found is None:
        raise PlanWrong(f"the ceremony's file names no service {label}")
    return found


def made_or_opened(plan: ServicePlan) -> PrivateKey:
    """Raises keys.UNUSABLE."""
    return _online_key(plan, log=Log())


def online_key(plan: ServicePlan) -> PrivateKey:
    """The key of a service that has one. Raises keys.UNUSABLE."""
    store = own_keys.store_of(plan.label, settings)
    return store.open(plan.label, passphrase=settings.secret(plan.secret))


def _online_key(plan: ServicePlan, *, log: Log) -> PrivateKey:
    store = own_keys.store_of(plan.label, settings)
    return _key(store, plan, passphrase=settings.secret(plan.secret), log=log)


def _key(store: KeyStore, plan: ServicePlan, *, passphrase: str, log: Log) -> PrivateKey:
    try:
        return store.open(plan.label, passphrase=passphrase)
    except KeyMissing:
        log.made.append(f"key {plan.label}")
        return store.create(plan.label, algorithm=plan.algorithm, passphrase=passphrase)
