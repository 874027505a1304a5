"""The settings of this process: one typed, frozen object, read once from the environment.

Every variable is ``SENIM_<FIELD>`` in capitals. Secrets are never part of this object: a process of an
instance is handed exactly its own over a descriptor (``runtime/isolation/handing.py``), read here once,
before anything else runs; tools and tests, which are handed none, read the files in ``<home>/secrets/``.

Longer than 400 lines, because it is one list: whoever runs an instance looks for a setting in one place.
"""

import json
import os
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

SECRETS_DESCRIPTOR = "SENIM_SECRETS_FD"


class MissingSecret(RuntimeError):
    """The secret is not there: the instance was not initialised, or this process is not handed it."""


def _handed() -> dict[str, str] | None:
    """What this process was handed; None where it was started by hand. The descriptor is closed."""
    descriptor = os.environ.pop(SECRETS_DESCRIPTOR, None)
    if descriptor is None:
        return None
    with os.fdopen(int(descriptor), encoding="utf-8") as pipe:
        return dict(json.load(pipe))


_HANDED = _handed()


class Mode(StrEnum):
    """What an instance is: something to try out on a laptop, or the real thing."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


class KeyPlace(StrEnum):
    """Where the keys of the authority and its responders are."""

    FILES = "files"
    PKCS11 = "pkcs11"


class NumbersOfOthers(StrEnum):
    """A number that the operators say is another person's."""

    SIGNED = "signed"
    REFUSED = "refused"


class UncheckedCodes(StrEnum):
    """A sign-in code for a number of which the operators cannot say that it is in the same hands."""

    WITHHELD = "withheld"
    SENT = "sent"


DEFAULT_PORTS = {"https": 443, "http": 80}


class RequestInApp(StrEnum):
    """How a request to connect a number in the app ends."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Settings:
    """Units are in the names or types; durations are read as seconds.

    The comments are headings of ``docs/settings.md``.
    """

    # The instance
    home: Path = Path(".senim")
    """Where this instance keeps its data, keys, logs and secrets; each instance has its own, on a disk that
    is backed up."""
    mode: Mode = Mode.SANDBOX
    """``sandbox`` or ``production``; the latter refuses to start with anything of a sandbox."""
    database_url: str = ""
    """libpq URL of PostgreSQL; empty means our own server in ``home``. Given to ``senim`` it is the owner's;
    a process is told the URL of its own role, without the password."""
    database_answers_within: timedelta = timedelta(seconds=8)
    """How long a page waits for one answer of the database; then its reader is told to try again. Shorter
    than the slowest query on a busy day refuses people for nothing; longer keeps threads and people waiting
    while the database hangs."""
    demonstrated_rules: frozenset[str] = frozenset(
        {"certificates_by_order_839", "subscriber_number_at_counter"}
    )
    """Rules followed though no longer in force; pages say so. Production takes none that is not in force."""

    # Processes
    process_memory_at_most_mb: int = 1500
    """Megabytes of a process with what it started, without mapped files; one that takes more is replaced. Too
    few and busy processes are ended in the middle of their work; 0 means any."""
    first_user_id: int = 60600
    """Started as root, processes run under this user id and the next ones; 0: all under the starter's. Change
    it where the ids are taken, and only while nothing runs: files are handed over at the next start."""

    # Ports and names
    portal_port: int = 8000
    """Where the portal listens. Change it where something else listens there; then also the proxy in
    front."""
    responders_port: int = 8001
    """Where OCSP, revocation lists and time-stamps are served. It stands in every certificate issued
    meanwhile, unless ``SENIM_RESPONDERS_PUBLIC_PORT`` names another: do not change it afterwards."""
    partners_port: int = 8002
    """Where admitted information systems reach the partner API."""
    desk_port: int = 8003
    """Where the operators' desk listens."""
    sandbox_port: int = 8090
    """Where the sandbox shows people, messages and faults, over HTTP, and the time over SNTP."""
    token_port: int = 24650
    """Where ``senim-token`` listens on visitors' own computers; pages that use a token may speak to it."""
    smsc_port: int = 2775
    """Port of the SMS centre: the provider's; in a sandbox, where its own centre listens."""
    smsc_second_port: int = 2776
    """Port of the second provider's centre; in a sandbox, where its second one listens."""
    smtp_port: int = 2525
    """Port of the mail server: the provider's; in a sandbox, where its own listens."""
    bind: str = "127.0.0.1"
    """The address of this machine that every process listens on. ``0.0.0.0`` opens plain HTTP to the network:
    for a container, or behind a firewall that lets only the proxy in."""

    portal_host: str = "localhost"
    """The name people reach the portal by; the desk has one of its own, for cookies ignore ports."""
    desk_host: str = "desk.localhost"
    """The name operators reach the desk by."""
    partners_host: str = "localhost"
    """The name information systems reach the partner API by. What they sign names it: change it only together
    with them."""
    responders_host: str = "127.0.0.1"
    """The name OCSP, revocation lists and time-stamps are asked under. It stands in every certificate for
    life: choose one that can be kept. Linters take no bare ``localhost`` in an address."""
    scheme: str = "http"
    """``https`` where browsers reach portal and desk over TLS."""
    lan_address: str = ""
    """Set by ``senim up --lan``: the doors serve HTTPS here themselves, for phones in the same network."""
    journal_origin: str = ""
    """The name of this instance's journal; empty means one made of the portal's host. Witnesses and proofs
    know it: with another name it is another journal to them."""
    trusted_proxies: frozenset[str] = frozenset()
    """Networks (``192.0.2.0/24``) of our own proxies: their X-Forwarded-For is believed, nobody else's. Too
    wide, and visitors can write themselves another address; missing, and limits hit all visitors together."""
    public_port: int = 0
    """Port of portal and desk in addresses, where a proxy in front ends TLS; 0 means each door's own."""
    responders_public_port: int = 0
    """The same for the responders. It stands in certificates, too; 80 is left out of addresses."""

    # Keys and time
    keys: KeyPlace = KeyPlace.FILES
    """Where issuing, OCSP and time-stamp keys are: ``files`` in ``home``, or ``pkcs11``: in tokens only."""
    pkcs11_module: str = ""
    """The PKCS#11 library of the tokens' maker; empty means SoftHSM2 in a sandbox's ``home``."""
    authority_token: str = "senim-authority"  # noqa: S105 (a label)
    """The label of the token with the issuing key; its PIN is the secret ``passphrase-authority``."""
    responders_token: str = "senim-responders"  # noqa: S105
    """The label of the token with the OCSP and time-stamp keys; its PIN: ``passphrase-responders``."""
    root_folder: str = ""
    """Where the ceremony keeps the root key; empty means ``root`` in ``home``."""
    time_source: str = ""
    """``ntp://host[:port]``, or an ``http(s)`` address whose Date is right; empty means nobody is asked."""
    clock_off_at_most: timedelta = timedelta(seconds=1)
    """Where our clock differs more from the time source, nothing is issued or stamped. Shorter than the
    source is exact stops issuing for nothing; longer dates certificates and time-stamps wrongly."""
    clock_unconfirmed_at_most: timedelta = timedelta(minutes=30)
    """Nothing is issued or stamped either once the time source was silent for so long. Shorter than a restart
    of the source stops issuing for nothing; longer trusts a clock that may have drifted."""

    # The world outside
    registries_url: str = ""
    """Where the state registries answer; empty means the sandbox."""
    registries_probe: str = "000101000000"
    """An identifier that is nobody's: ``senim doctor`` asks for it to see whether registries answer."""
    registries_timeout: timedelta = timedelta(seconds=2)
    """How long a person waits for a registry before reading that it does not answer. Less than the registry
    usually takes refuses everybody; more than a few seconds keeps pages and their threads waiting."""
    registry_owners: str = ""
    """A TOML file of the BIN that owns each registry's data, and of the remote identification service's;
    empty means the sandbox's, shipped here."""
    identification_url: str = ""
    """Where the remote identification service answers us; empty means the sandbox's, and none in production:
    then nobody is identified by their face. Requests are signed under the secret ``identification``."""
    identification_pages_url: str = ""
    """The origin of the service's pages that people's devices are sent to, and to no other; empty means the
    origin of ``SENIM_IDENTIFICATION_URL``."""
    smsc_host: str = "127.0.0.1"
    """The SMS centre, reached over SMPP; its password is the secret ``smsc``."""
    smsc_system_id: str = "senim"
    """Our name at the SMS centre, as agreed with the provider."""
    smsc_share: int = 50
    """Its part of the messages, beside ``SENIM_SMSC_SECOND_SHARE``, while both providers are well."""
    smsc_second_host: str = ""
    """The SMS centre of a second provider, with the secret ``smsc-second``; empty means there is none, in a
    sandbox that it is the sandbox's. What one provider does not take, the other is given at once."""
    smsc_second_system_id: str = "senim"
    """Our name there, as agreed with that provider."""
    smsc_second_share: int = 50
    """Its part of the messages; 0: only what the first does not take."""
    sms_answer_within: timedelta = timedelta(seconds=8)
    """How long a provider has to take a message; then the other is given it, and it may come twice. With
    connecting, two providers in turn must fit into 20 seconds."""
    sms_late_after: timedelta = timedelta(seconds=20)
    """A message with no receipt by then counts as late, and its provider gets fewer. Shorter than messages
    usually take moves them to and fro for nothing."""
    smtp_host: str = "127.0.0.1"
    """The mail server that takes our letters."""
    mail_from: str = "senim@localhost"
    """The sender of our letters; its domain has to allow the mail server, or providers take them for spam."""
    sms_sender: str = "1414"
    """The sender of our messages, a number or a name the mobile operators have agreed to."""

    # Subscriber numbers
    more_number_regions: frozenset[str] = frozenset()
    """Countries besides our own (ISO 3166, ``KG,UZ``) whose mobile numbers may be connected. Each costs more
    to send to, and invites traffic that somebody is paid for: add only what people are known to need."""
    numbers_of_others: NumbersOfOthers = NumbersOfOthers.SIGNED
    """A number the operators say is another person's: ``signed``, the request's signature suffices, as the
    rules have it; ``refused``: it is not connected, and opens nothing where it was."""
    unchecked_codes: UncheckedCodes = UncheckedCodes.WITHHELD
    """Sign-in codes while the operators do not answer or do not know: ``withheld``, people sign in another
    way; ``sent``: a thief of a number may get in while their service is down."""
    sim_settles: timedelta = timedelta(hours=72)
    """How long after a change of SIM card no sign-in codes go there. Shorter than it takes a robbed person to
    notice helps the thief; longer keeps people with a new phone on their signature."""

    # Room on disks
    disk_warning_megabytes: int = 5_000
    """Below this much free room ``senim doctor`` warns: as much as a week adds, so that there is time to
    act."""
    disk_broken_megabytes: int = 500
    """Below this much it says that the disk is full: soon nothing could be recorded or issued."""

    # One-time passwords
    otp_lifetime: timedelta = timedelta(minutes=5)
    """How long a code can be typed in. Shorter than an SMS takes to arrive locks people out; longer gives a
    thief of the phone more time."""
    otp_attempts: int = 5
    """Wrong guesses after which a code is dead. Each adds one in a million to what guessing gains; fewer than
    three punishes people who mistype."""
    otp_sends_per_number_per_hour: int = 5
    """Codes to one phone number. Limits what strangers can have sent to somebody, and what it costs."""
    otp_sends_per_number_per_day: int = 10
    """The same for a day (UTC)."""
    otp_sends_per_account_per_day: int = 10
    """Codes one account asks for, whatever the number: nobody sends codes to many numbers in turn."""
    otp_sends_per_network_per_hour: int = 30
    """Codes asked for from one network (/24 of IPv4, /64 of IPv6). Offices and mobile operators hide many
    people behind one address: raise it where they read that too many codes were sent."""
    otp_sends_per_day: int = 100_000
    """Codes to everybody together; then sending pauses until midnight UTC, and the log warns before. The bill
    of a day somebody pumps traffic is at most this many messages; a real peak must fit in."""
    otp_resend_after: timedelta = timedelta(seconds=30)
    """Before that, another code is refused: the first may still be on its way."""
    otp_series: timedelta = timedelta(hours=1)
    """Attempts are counted this long, however many codes are sent meanwhile. Shorter means more guesses a
    day."""
    otp_failures_per_account_per_day: int = 20
    """Wrong guesses of one account in 24 hours; then it gets no codes until the oldest are a day old. What
    bounds guessing over days: twenty a day are one chance in fifty thousand."""
    number_request_lifetime: timedelta = timedelta(minutes=30)
    """How long a person has to connect a number, from typing it in to signing the request."""
    number_request_in_app: RequestInApp = RequestInApp.SIGNED
    """Whether a request to connect a number in the app ends with the citizen's signature, as in the portal.
    Row 8 of the annex to order 169/NK asks for it in every channel, clause 6 does not name it: ``signed``
    keeps both. ``unsigned``: certificate to sign in, code and the person's recognition are enough."""
    counter_pad_lifetime: timedelta = timedelta(minutes=15)
    """How long the citizen's own page stays open at a counter, from the number on the worker's screen."""
    counter_pad_tries_per_network_per_hour: int = 60
    """Wrong numbers of such pages typed from one network in an hour; a centre's devices share theirs."""
    counter_takes_two: bool = False
    """Whether every application at the counter takes the signatures of two workers. Order 58 asks for one,
    and one who is dishonest may then say that somebody stood before them (decision 68)."""
    counter_worker_enters_code: bool = False
    """Whether a worker at the counter may correct the code for the citizen, which order 58 allows. Then one
    worker can connect a number to whoever reads a code out (decision 67)."""
    leaked_passwords: str = ""
    """A sorted file of SHA-1 digests as haveibeenpwned.com has them; empty: Django's short list alone."""
    sign_in_attempts_kept: timedelta = timedelta(days=90)
    """How long people see in their cabinet when somebody tried to sign in as them."""
    registry_reads_kept: timedelta = timedelta(days=365)
    """How long people see in their cabinet who asked a state registry about them, and on what ground."""

    # Numbers in banks' apps
    closed_number_channels: frozenset[str] = frozenset()
    """Channels by which no number is connected for now; of them ``bank`` can be closed. One bank alone is
    suspended at the desk."""
    bank_customer_present: timedelta = timedelta(minutes=5)
    """How long ago a bank's customer may have signed in to its app when the bank asks about them, and how
    long a comparison can be followed by a request. Longer lets a bank ask about people who have left."""
    bank_wrong_comparisons_per_person_per_day: int = 5
    """Comparisons that fail, of one bank with one person, and with one number. Each is a guess at who has
    which number; fewer than three refuses people who just changed theirs."""
    bank_wrong_comparisons_per_day: int = 2_000
    """The same for one bank in all. It has to bear a day on which many customers open documents for the first
    time; a list tried out meets it."""

    # Remote identification
    identification_lifetime: timedelta = timedelta(minutes=10)
    """How long a person has to show their face once they were asked to. Shorter than finding light and a
    steady hand takes sends people back; longer leaves an open session lying about."""
    assertion_fresh_within: timedelta = timedelta(minutes=5)
    """How old the service's assertion may be when it comes. Longer gives a thief of one more time."""
    liveness_at_least: int = 900
    """Thousandths of certainty that a living person was there, as the service counts them: what its
    certificate of presentation attack detection (ISO/IEC 30107-3) was given for. Lower lets in masks and
    screens; higher turns people away in bad light."""
    match_at_least: int = 900
    """The same for the likeness with the portrait of the registry: the value the service names for one false
    match in a million, or better. Lower lets in people who look alike; higher turns away who has aged."""
    identifications_per_person_per_hour: int = 10
    """Sessions for one person and purpose: nobody tries out faces. Fewer than three punishes bad light."""

    # Open access to documents
    open_access_lifetime: timedelta = timedelta(minutes=5)
    """How long a document stays open to be scanned, unless its owner extends or closes it. Longer means that
    a phone laid down opens documents to whoever takes it."""
    short_code_lifetime: timedelta = timedelta(seconds=120)
    """How long one six-digit code is shown. Shorter than reading it out and typing it in makes it useless;
    longer lets more people try it."""
    short_code_quarantine: timedelta = timedelta(minutes=10)
    """A code that was shown is nobody else's for this long: who types it late must not meet a stranger.
    Longer takes codes away, of which there are a million."""
    qr_rotation: timedelta = timedelta(seconds=15)
    """How often the QR on the screen changes. A photograph of it is worth nothing afterwards; changing faster
    than a camera focuses makes it unreadable."""
    qr_grace: timedelta = timedelta(seconds=20)
    """How long a QR is taken from when it was made; longer than the rotation, or a slow network misses it."""
    view_lifetime: timedelta = timedelta(minutes=5)
    """How long a viewer sees the document that was opened."""
    claim_answer_within: timedelta = timedelta(seconds=60)
    """How long the owner has to compare numbers; then the viewer reads that nobody answered."""
    claims_per_viewer_per_day: int = 3
    """Codes a viewer may enter in 24 hours; those an owner approved do not count. What keeps viewers from
    trying codes: a desk with many visitors uses the QR."""
    wrong_numbers_per_grant: int = 2
    """Wrong numbers after which an open access ends: somebody else than the person in front is asking."""
    match_digits: int = 6
    """Of the number two people compare. One length for every code: it must not tell whose a code was."""

    # Partners
    partner_token_lifetime: timedelta = timedelta(minutes=5)
    """How long an information system's access token is good. Longer spares it requests; the token ends at
    once in any case when its system is suspended."""
    partner_assertion_at_most: timedelta = timedelta(minutes=5)
    """How far ahead an assertion's end may lie. Longer means that its number must be remembered longer."""
    partner_proof_lifetime: timedelta = timedelta(seconds=60)
    """How far the moment of a signed request may be from our clock, either way. Too short refuses systems
    whose clock is off."""
    partner_requests_per_minute: int = 600
    """Requests of one information system, tokens among them; above it reads when to come again."""

    # Sessions
    session_idle: timedelta = timedelta(minutes=15)
    """After this long without a request a person signs in again: phones and computers are shared."""
    desk_locks_after: timedelta = timedelta(minutes=5)
    """After this long untouched the desk asks for its operator again; shorter than ``session_idle``."""
    session_at_most: timedelta = timedelta(hours=12)
    """After this long in any case. A working day at the desk must fit in."""
    sign_in_challenge_lifetime: timedelta = timedelta(minutes=5)
    """How long a person has to choose a key and sign; then the page asks anew."""

    # What is forgotten, and when
    qr_tokens_kept: timedelta = timedelta(days=1)
    """How long the digests of QR codes are kept after they have run out."""
    claims_kept: timedelta = timedelta(days=30)
    """How long it is known who entered a code. At least a day: as long as they count against their viewer."""
    settled_notices_kept: timedelta = timedelta(days=90)
    """How long it is known that a message or letter was sent; its words are wiped as soon as it has
    arrived."""

    # Certificate orders
    orders_per_network_per_hour: int = 120
    """Certificate orders tried from one network (/24 of IPv4, /64 of IPv6). Raise it for a public service
    centre whose visitors share an address; every try asks a state registry."""
    orders_per_iin_per_hour: int = 10
    """The same for one individual identification number: nobody tries out a stranger's names."""
    status_checks_per_network_per_hour: int = 120
    """Application numbers asked about from one network, found or not: nobody counts through numbers."""
    order_challenge_lifetime: timedelta = timedelta(minutes=10)
    """How long the number in words that keeps programs out can be answered, and how long an answer counts."""
    withdrawal_link_lifetime: timedelta = timedelta(minutes=30)
    """How long the link in a letter takes an application back."""

    # Certificates
    registration_centres: str = ""
    """A TOML file of registration centres; empty means the list shipped with Senim. Where a centre names its
    ``networks``, its operators sign in from those only."""
    papers_file: str = ""
    """A TOML file of the papers an applicant brings; empty means the list shipped with Senim."""
    ocsp_next_update: timedelta = timedelta(hours=12)
    """How long answers about certificates may be kept by whoever asked, and how long responders go on
    answering while the authority is down. Shorter shows a revocation sooner to those who keep answers."""
    crl_next_update: timedelta = timedelta(days=1)
    """The same for revocation lists. While a list is valid nobody need fetch the next one."""
    status_renewed_every: timedelta = timedelta(minutes=10)
    """How often statuses and revocation lists are signed anew though nothing changed. Must be much shorter
    than the two above, or they run out; the doctor warns when three renewals are missing."""
    crl_shards: int = 1
    """How many parts the revocation list has, so that each stays small. Chosen before the first certificate:
    each carries its part's address for life, and with another number its revocation would stand in another
    part."""

    ocsp_max_age: timedelta = timedelta(seconds=60)
    """How long a cache may give an answer without nonce again. Longer shows a revocation later."""

    # Archive
    archive_years: int = 0
    """How many years accepted papers are kept; 0 means as the rulebook says."""
    archive_scan_at_most_mb: int = 5
    """Megabytes of one scanned paper. Smaller than scanners make them refuses papers; each lies in the
    database, and in its backups."""

    # Journal
    journal_witnesses: str = ""
    """A file, a line for each witness: its C2SP verifier key and address; empty means the sandbox's, and none
    in production, of which the doctor warns."""
    journal_tsa_url: str = ""
    """Who stamps checkpoints (RFC 3161); empty means our own authority."""
    journal_tsa_anchors: str = ""
    """A PEM file of certificates that a foreign authority's must lead to; empty means our own root."""
    journal_stamped_every: timedelta = timedelta(hours=1)
    """How often a checkpoint gets a time-stamp, if there is a new one. Rarer leaves a longer time in which
    only our own clock says when something was recorded."""

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> "Settings":
        """Read every field that has a variable. Raises ValueError naming the variable that cannot be read."""
        source = dict(os.environ) if environment is None else environment
        given: dict[str, Any] = {}
        for item in fields(cls):
            name = f"SENIM_{item.name.upper()}"
            if name in source:
                try:
                    given[item.name] = _read(source[name], item.default)
                except ValueError as wrong:
                    raise ValueError(f"{name}={source[name]!r} cannot be read: {wrong}") from wrong
        return cls(**given)

    @cached_property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Raises ValueError where one is not written as a network."""
        return tuple(ip_network(network) for network in sorted(self.trusted_proxies))

    @cached_property
    def portal_origin(self) -> str:
        return _origin(self.scheme, self.portal_host, self.public_port or self.portal_port)

    @cached_property
    def desk_origin(self) -> str:
        return _origin(self.scheme, self.desk_host, self.public_port or self.desk_port)

    @cached_property
    def partners_origin(self) -> str:
        return _origin(self.scheme, self.partners_host, self.public_port or self.partners_port)

    @cached_property
    def responders_origin(self) -> str:
        """Plain HTTP on purpose: status answers are signed, and clients must not need TLS to check TLS."""
        return _origin("http", self.responders_host, self.responders_public_port or self.responders_port)

    @cached_property
    def sandbox_origin(self) -> str:
        return f"http://{self.lan_address or 'localhost'}:{self.sandbox_port}"

    @cached_property
    def registries_origin(self) -> str:
        return self.registries_url or f"http://127.0.0.1:{self.sandbox_port}/registries"

    @cached_property
    def identification_origin(self) -> str:
        """Where the remote identification service answers; empty where there is none."""
        sandbox = f"http://127.0.0.1:{self.sandbox_port}/identification" if self.is_sandbox else ""
        return self.identification_url or sandbox

    @cached_property
    def identification_pages_origin(self) -> str:
        """Where its pages are."""
        if self.identification_url:
            return self.identification_pages_url or self.identification_url
        return self.sandbox_origin

    @property
    def is_sandbox(self) -> bool:
        return self.mode is Mode.SANDBOX

    @property
    def root(self) -> Path:
        """The folder of the root key; the ceremony's, and no service's."""
        return Path(self.root_folder) if self.root_folder else self.home / "root"

    def secret(self, name: str) -> str:
        """A secret of this instance. Raises MissingSecret."""
        if _HANDED is None:
            return self._secret_file(name)
        if name not in _HANDED:
            raise MissingSecret(f"this process is not handed {name}; supervision/processes.py says who is")
        return _HANDED[name]

    def secret_once(self, name: str) -> str:
        """A secret that is needed at the start and then forgotten. Raises MissingSecret."""
        found = self.secret(name)
        if _HANDED is not None:
            del _HANDED[name]
        return found

    @property
    def database_password(self) -> str:
        """Of this process's own database role; empty where the URL itself says how to get in."""
        return "" if _HANDED is None else _HANDED.get("database", "")

    def _secret_file(self, name: str) -> str:
        file = self.home / "secrets" / name
        try:
            return file.read_text(encoding="utf-8").strip()
        except OSError as missing:
            raise MissingSecret(f"{file} cannot be read; `senim up` makes it at first start") from missing


def _origin(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host}" if DEFAULT_PORTS.get(scheme) == port else f"{scheme}://{host}:{port}"


def _read(text: str, default: Any) -> Any:
    if isinstance(default, StrEnum):
        return type(default)(text)
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, timedelta):
        return timedelta(seconds=float(text))
    if isinstance(default, frozenset):
        return frozenset(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, int):
        return int(text)
    return text


settings = Settings.from_environment()
