"""What an applicant is advised to read before ordering (CA-19.4a): the service in short, the policy of use.

Both are made from what Senim goes by: the certificate profiles, the process table, the lists of papers and
centres. A profile without words for it fails the page.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.certification import issuers, profiles
from senim.certification.profiles import Profile
from senim.countries.kz import oids
from senim.countries.kz.contacts import CONTACT_CENTRE
from senim.enrolment.lists import centres_by_region, papers
from senim.enrolment.process import CERTIFICATE_APPLICATION
from senim.enrolment.status import span_text
from senim.pages.routes import Route, Who
from senim.settings import settings
from senim.texts import Text

OURS = ("individual_sign", "individual_auth")
"""A citizen's two certificates come first; the others of the same policy after them."""
LIMITS = (
    ("portal.reading.limit.p2", "CA-6.P2"),
    ("portal.reading.limit.c2", "CA-6.C2"),
    ("portal.reading.limit.p9", "CA-6.P9"),
    ("portal.reading.limit.p11", "CA-6.P11"),
)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Kind:
    """One kind of certificate in a reader's words."""

    profile: Profile

    @property
    def title(self) -> Text:
        return Text(f"portal.reading.{self.profile.name}")

    @property
    def use(self) -> Text:
        return Text(f"portal.reading.{self.profile.name}.use")

    @property
    def usages(self) -> list[Text]:
        """What its key may do (RFC 5280 §4.2.1.3)."""
        return [Text(f"portal.reading.usage.{usage}") for usage in sorted(self.profile.key_usage)]

    @property
    def algorithms(self) -> str:
        return ", ".join(sorted(algorithm.value for algorithm in self.profile.algorithms))

    @property
    def years(self) -> Text:
        return Text("portal.reading.years", count=self.profile.valid_for // A_YEAR)

    @property
    def purposes(self) -> str:
        return ", ".join(self.profile.extended_key_usage)


def kinds() -> list[Kind]:
    """Every kind that people and bodies hold, a citizen's own first."""
    found = [profiles.profile(name) for name in profiles.names()]
    held = [one for one in found if oids.POLICIES["subscriber"] in one.policies]
    return [Kind(one) for one in sorted(held, key=lambda one: (one.name not in OURS, one.name))]


def policy(request: HttpRequest) -> HttpResponse:
    origin = settings.responders_origin
    context = {
        "kinds": kinds(),
        "policy": oids.POLICIES["subscriber"],
        "services": [
            ("portal.reading.ocsp", f"{origin}/ocsp"),
            *(("portal.reading.crl", address) for address in issuers.complete_lists()),
            *(("portal.reading.issuer", f"{origin}/ca/{label}.cer") for label in reversed(issuers.ours())),
            ("portal.reading.root", f"{origin}/ca/root.cer"),
        ],
        "numbers": CONTACT_CENTRE,
    }
    return render(request, "portal/reading/policy.html", context)


def standard(request: HttpRequest) -> HttpResponse:
    """The service in short. The standard itself is not among our sources, and the page says so."""
    limit_of = CERTIFICATE_APPLICATION.limit_of
    limits = [(Text(text), span_text(limit)) for text, clause in LIMITS if (limit := limit_of(clause))]
    context = {"limits": limits, "papers": papers().values(), "regions": centres_by_region()}
    return render(request, "portal/reading/standard.html", context)


ROUTES = [
    Route("order/standard/", standard, Who.ANYONE, "order-standard"),
    Route("order/policy/", policy, Who.ANYONE, "order-policy"),
]
