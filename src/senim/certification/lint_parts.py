"""pkilint's rules over a certificate that is put together from parts seen before.

Most of a certificate says what the one before said: the issuer, the usages, the addresses. So there is one
document, and each field and extension is decoded when its bytes are seen for the first time, and put in its
place again whenever they come again. A rule is then applied to the part alone, in a document that shows it
nothing else. What it finds without having tried to look further, it will always find in these bytes. The
rules that did try, of which several look at two parts together, are applied to every certificate anew.

Nothing that pkilint finds is left out; ``tests/certification/test_lint.py`` compares.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pkilint.document import Document, PDUNode
from pkilint.pkix.certificate import RFC5280Certificate
from pkilint.validation import ValidationFinding, Validator, ValidatorContainer
from pyasn1.error import PyAsn1Error
from pyasn1_alt_modules import rfc5280
from pyasn1_fasder import decode_der  # type: ignore[import-untyped]

from senim.pki import der

KEPT_PARTS = 256
ROOT, TO_BE_SIGNED, EXTENSIONS = "certificate", "tbsCertificate", "extensions"
OUTER = (("signatureAlgorithm", der.SEQUENCE), ("signature", der.BIT_STRING))
FIELDS = (
    ("version", 0xA0),
    ("serialNumber", der.INTEGER),
    ("signature", der.SEQUENCE),
    ("issuer", der.SEQUENCE),
    ("validity", der.SEQUENCE),
    ("subject", der.SEQUENCE),
    ("subjectPublicKeyInfo", der.SEQUENCE),
)
EXTENSIONS_TAG = 0xA3


class NotInParts(ValueError):
    """Not of the form our certificates have."""


class LooksFurther(BaseException):
    """A rule tries to look beyond the part it is applied to. No rule's own handling of errors may stop it."""


class View:
    """The document as the nodes of parts know it; ``closed`` while a rule is applied to one part alone."""

    def __init__(self, document: Document) -> None:
        self._document, self.closed = document, False

    def __getattr__(self, name: str) -> Any:
        if self.closed:
            raise LooksFurther
        return getattr(self._document, name)


class Stem(PDUNode):  # type: ignore[misc]
    """A node that parts hang on."""

    @property
    def children(self) -> dict[str, PDUNode]:
        if self.document.closed:
            raise LooksFurther
        return self._children

    @children.setter
    def children(self, children: dict[str, PDUNode]) -> None:
        self._children = children


class Rules:
    """A container of rules. Which may be for a node is settled by the node's type and place."""

    def __init__(self, rules: list[Validator]) -> None:
        self._rules = [(rule, _within(rule)) for rule in rules]
        self._places = {rule._path for rule in rules if rule._path is not None}
        self._known: dict[tuple[type[Any], str | None], list[tuple[Validator, Rules | None]]] = {}

    def at(self, node: PDUNode) -> "list[tuple[Validator, Rules | None]]":
        """Those that may be for this node; containers with what is in them."""
        kind, place = type(node.pdu), node.path if node.path in self._places else None
        found = self._known.get((kind, place))
        if found is None:
            found = self._known[kind, place] = [
                one for one in self._rules if _may_be_for(one[0], kind, place)
            ]
        return found

    def applied(self, node: PDUNode) -> list[ValidationFinding]:
        """What is found at this node and below. Decoding rules add nodes below while we are here."""
        found: list[ValidationFinding] = []
        waiting = [node]
        while waiting:
            here = waiting.pop()
            for rule, within in self.at(here):
                if rule.match(here):
                    found += within.applied(here) if within else _findings(rule, here)
            waiting += here.children.values()
        return found

    def pairs(self, node: PDUNode) -> "list[Pair]":
        """Each rule with each node it may be for, here and below."""
        found: list[Pair] = []
        waiting = [node]
        while waiting:
            here = waiting.pop()
            for rule, within in self.at(here):
                if within is None:
                    found.append((rule, here))
                elif rule.match(here):
                    found += within.pairs(here)
            waiting += here.children.values()
        return found


Pair = tuple[Validator, PDUNode]


def _within(rule: Validator) -> Rules | None:
    return Rules(rule.validators) if isinstance(rule, ValidatorContainer) else None


def _may_be_for(rule: Validator, kind: type[Any], place: str | None) -> bool:
    """By what never changes for nodes of one type in one place; the rest the rule is asked itself."""
    if rule._path is not None and rule._path != place:
        return False
    return rule._pdu_class is None or issubclass(kind, rule._pdu_class)


@dataclass(frozen=True)
class Part:
    """A field or an extension, decoded; what is found in it alone; and the rules that look further."""

    node: PDUNode
    found: tuple[ValidationFinding, ...]
    pairs: tuple[Pair, ...]


class Assembly:
    """The document, its stem of three nodes, and the parts seen so far."""

    def __init__(self, container: ValidatorContainer) -> None:
        decoding, *rules = container.validators
        self._decoding = Rules(decoding.validators)
        self._document = RFC5280Certificate("to be signed", b"")
        self._view = View(self._document)
        self._document.root = Stem(self._view, ROOT, rfc5280.Certificate(), None)
        self._stem = {ROOT: self._document.root}
        self._grow(ROOT, TO_BE_SIGNED, rfc5280.TBSCertificate())
        self._grow(TO_BE_SIGNED, EXTENSIONS, rfc5280.Extensions())
        self._rules: dict[str, Rules] = {}
        for name, node in self._stem.items():
            rules = _reaching(rules, node)
            self._rules[name] = Rules(rules)
        self._pairs = tuple(pair for name in self._stem for pair in self._at_stem(name))
        self._part = lru_cache(KEPT_PARTS)(self._decoded)

    def _grow(self, above: str, name: str, pdu: Any) -> None:
        node = self._stem[name] = Stem(self._view, name, pdu, self._stem[above])
        self._stem[above].children[name] = node

    def findings(self, certificate: bytes) -> Iterator[ValidationFinding]:
        """Raises NotDer, NotInParts."""
        parts = [self._part(*said) for said in _split(certificate)]
        self._stem[EXTENSIONS].children.clear()
        for part in parts:
            part.node.parent.children[part.node.name] = part.node
        self._forget(certificate)
        for part in parts:
            yield from part.found
        for pairs in (self._pairs, *(part.pairs for part in parts)):
            for rule, node in pairs:
                if rule.match(node):
                    yield from _findings(rule, node)

    def _decoded(self, stem: str, name: str, content: bytes) -> Part:
        above = self._stem[stem]
        schema = rfc5280.Extension() if stem == EXTENSIONS else _schema(above, name)
        try:
            pdu, _ = decode_der(content, asn1Spec=schema)
        except PyAsn1Error as wrong:
            raise NotInParts from wrong
        node = PDUNode(self._view, name, pdu, above)
        found = self._decoding.applied(node)
        further = [pair for pair in self._rules[stem].pairs(node) if not self._settled(*pair, found)]
        return Part(node, tuple(found), tuple(further))

    def _settled(self, rule: Validator, node: PDUNode, found: list[ValidationFinding]) -> bool:
        """Whether the rule looks no further than the part; then what it finds is added to ``found``."""
        self._view.closed = True
        try:
            if rule.match(node):
                found += _findings(rule, node)
        except LooksFurther:
            return False
        else:
            return True
        finally:
            self._view.closed = False

    def _at_stem(self, name: str) -> Iterator[Pair]:
        node = self._stem[name]
        for rules in (self._decoding, self._rules[name]):
            yield from ((rule, node) for rule, within in rules.at(node) if within is None)

    def _forget(self, certificate: bytes) -> None:
        """What the document remembers of the certificate before."""
        self._document.substrate = certificate
        for name, value in vars(type(self._document)).items():
            if isinstance(value, cached_property):
                self._document.__dict__.pop(name, None)


def _findings(rule: Validator, node: PDUNode) -> Iterator[ValidationFinding]:
    return (said.finding for said in rule.validate_wrapper(node).finding_descriptions)


def _reaching(rules: list[Validator], node: PDUNode) -> list[Validator]:
    """With the rules of every container among them that begins at this node."""
    found = []
    for rule in rules:
        if isinstance(rule, ValidatorContainer) and rule.match(node):
            found += _reaching(rule.validators, node)
        else:
            found.append(rule)
    return found


def _schema(above: PDUNode, name: str) -> Any:
    return next(named.asn1Object for named in above.pdu.componentType.namedTypes if named.name == name)


def _split(certificate: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Where each part stands, its name, and its bytes. Raises NotDer, NotInParts."""
    to_be_signed, *outer = der.elements(der.read(certificate, der.SEQUENCE).content)
    *fields, extensions = der.elements(to_be_signed.content)
    yield from _named(ROOT, OUTER, outer)
    yield from _named(TO_BE_SIGNED, FIELDS, fields)
    if to_be_signed.tag != der.SEQUENCE or extensions.tag != EXTENSIONS_TAG:
        raise NotInParts
    for place, extension in enumerate(der.elements(der.read(extensions.content, der.SEQUENCE).content)):
        yield EXTENSIONS, str(place), extension.der


def _named(
    stem: str, wanted: tuple[tuple[str, int], ...], found: list[der.Element]
) -> Iterator[tuple[str, str, bytes]]:
    if [tag for _, tag in wanted] != [element.tag for element in found]:
        raise NotInParts
    return ((stem, name, element.der) for (name, _), element in zip(wanted, found, strict=True))
