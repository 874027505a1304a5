"""A page that has a text signed in the browser: the form that brings the signature back, and what it shows.

``{% include "senim/signature.html" with sheet=sheet submit="portal.x.sign" %}`` draws the whole form; it
needs ``{% script "sign" %}`` in block ``scripts``.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django import forms

from senim.pages import signed
from senim.pages.words import later

LARGEST = 64 * 1024


@dataclass(frozen=True)
class Sheet:
    """The text to sign, byte for byte, and the kind of certificate: ``auth`` or ``sign``, of which ``role``.

    ``hidden`` goes back with the signature; ``open`` shows the text at once, for what is more than a sign-in.
    ``document`` is what is signed in words, where it is one for machines: then the words are shown.
    ``names`` is a document that the text names by its SHA-256, to be read before.
    """

    text: str
    purpose: str
    now: datetime
    role: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    names: str = ""

    @property
    def content(self) -> str:
        return base64.b64encode(self.text.encode()).decode()

    @property
    def document(self) -> tuple[signed.Member, ...]:
        return signed.read(self.text)

    @property
    def named(self) -> tuple[signed.Member, ...]:
        """What stands behind the digest; nothing where the digest is another's."""
        digest = hashlib.sha256(self.names.encode()).hexdigest()
        return signed.read(self.names) if digest in self.text else ()


class Signature(forms.Form):
    """Brings back the signature as DER."""

    signature = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_signature(self) -> bytes:
        typed = str(self.cleaned_data["signature"])
        if not typed:
            raise forms.ValidationError(later("pages.signature.missing"))
        try:
            der = base64.b64decode(typed, validate=True)
        except ValueError:
            raise forms.ValidationError(later("pages.signature.unreadable")) from None
        if len(der) > LARGEST:
            raise forms.ValidationError(later("pages.signature.unreadable"))
        return der
