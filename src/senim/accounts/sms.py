"""The words of the SMS that carries a code, in one segment: 70 characters of UCS-2.

Its last line ties the code to our address, so that a phone fills it in here and nowhere else (the format
"origin-bound one-time codes").
"""

from senim.notices.segments import segments
from senim.settings import settings
from senim.texts import say


def code_text(code: str, *, text_id: str = "accounts.sms.code") -> str:
    """In the reader's language. A very long host name costs the last line rather than a second SMS."""
    words = say(text_id, code=code)
    bound = f"{words}\n@{settings.portal_host} #{code}"
    return bound if segments(bound) == 1 else words
