"""Read a mobile number as people type it, and give back E.164."""

from typing import ClassVar

import phonenumbers
from phonenumbers import PhoneNumberType

from senim.countries.kz import phones as country
from senim.errors import Refused
from senim.settings import settings


class NotAPhoneNumber(Refused):
    clause: ClassVar[str] = "PH-5.2a"


class NotAMobileNumber(Refused):
    """A landline, a paid service, or a country whose numbers are not connected here."""

    clause: ClassVar[str] = "PH-5.2a"


def parse(text: str) -> str:
    """The number in E.164; spaces, hyphens and brackets are forgiven. Refuses the two above."""
    try:
        number = phonenumbers.parse(text, country.REGION)
    except phonenumbers.NumberParseException:
        raise NotAPhoneNumber(example=country.EXAMPLE) from None
    if not phonenumbers.is_valid_number(number):
        raise NotAPhoneNumber(example=country.EXAMPLE)
    # Where a plan does not tell mobile numbers apart (FIXED_LINE_OR_MOBILE), none is known to be one.
    mobile = phonenumbers.number_type(number) == PhoneNumberType.MOBILE
    if not mobile or phonenumbers.region_code_for_number(number) not in _regions():
        raise NotAMobileNumber(example=country.EXAMPLE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _regions() -> frozenset[str]:
    return country.REGIONS | settings.more_number_regions


def masked(number: str) -> str:
    """+7 701 ••• •• 67, for messages and histories: enough for its holder to know it."""
    return "\u00a0".join((number[:2], number[2:5], "•••", "••", number[-2:]))
