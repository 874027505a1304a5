"""Segments are counted as phones count them, and nothing is cut."""

import pytest
from django.utils import timezone

from senim.notices.models import Notice
from senim.notices.outbox import send_sms
from senim.notices.segments import TooLong, segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("ә" * 70, 1),
        ("ә" * 71, 2),
        ("ә" * 134, 2),
        ("ә" * 135, 3),
        ("a" * 71, 2),
        ("ә" * 268, 4),
        ("ә" * 269, 5),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("🙂" * 66, 2),
        ("🙂" * 67, 3),
    ],
    ids=lambda value: f"{len(value)}-{value[:1]}" if isinstance(value, str) else str(value),
)
def test_a_text_takes_so_many_segments(text, count):
    """UCS-2: seventy units alone, sixty-seven in a part, of which a surrogate pair is never torn."""
    assert segments(text) == count


@pytest.mark.django_db
def test_a_text_of_more_than_four_segments_is_not_sent_rather_than_cut():
    with pytest.raises(TooLong):
        send_sms(to="+77015550101", text="ә" * 269, reference="test:1", at=timezone.now())
    assert not Notice.objects.exists()
