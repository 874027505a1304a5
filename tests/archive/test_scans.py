"""What is taken for a scan, by its content alone."""

import pytest
from tests.archive.made import jpeg, pdf, png

from senim.archive.scans import MediaType, NotAScan, media_type_of

pytestmark = pytest.mark.clause("CA-15.4")


@pytest.mark.parametrize(
    ("content", "found"),
    [(pdf(), MediaType.PDF), (png(), MediaType.PNG), (jpeg(), MediaType.JPEG)],
    ids=["pdf", "png", "jpeg"],
)
def test_what_scanners_make_is_taken(content, found):
    assert media_type_of(content) is found


REFUSED = {
    "nothing": (b"", "unknown"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "unknown"),
    "a picture that can act": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown"),
    "a program": (b"MZ" + bytes(100), "unknown"),
    "a PDF that goes on after its end": (pdf() + b"PK\x03\x04 an archive", "broken"),
    "half a PDF": (pdf()[:-20], "broken"),
    "a script": (pdf(script="app.alert(1)"), "active"),
    "a script under another spelling": (
        pdf(script="app.alert(1)").replace(b"/JavaScript", b"/Java#53cript"),
        "active",
    ),
    "a script in an object stream": (pdf(script="app.alert(1)", compressed=True), "active"),
    "a file in a file": (pdf(attachment=b"MZ"), "active"),
    "a locked PDF": (pdf(password="secret"), "locked"),
    "an object stream nobody can read": (
        pdf(script="app.alert(1)", compressed=True).replace(b"stream\nx\x9c", b"stream\nx\x00"),
        "too_complex",
    ),
    "the same under another spelling": (
        pdf(script="app.alert(1)", compressed=True)
        .replace(b"stream\nx\x9c", b"stream\nx\x00")
        .replace(b"/ObjStm", b"/Obj#53tm"),
        "too_complex",
    ),
    "hundreds of thousands of streams": (pdf()[:-6] + b"obj\nstream\n" * 400_000 + b"%%EOF\n", "too_complex"),
    "a PNG that goes on": (png(after=b"<script>"), "broken"),
    "a PNG with a wrong check sum": (png()[:-1] + b"\0", "broken"),
    "half a PNG": (png()[:-12], "broken"),
    "a JPEG that goes on": (jpeg(after=b"PK\x03\x04"), "broken"),
    "only the start of a JPEG": (b"\xff\xd8\xff\xe0", "broken"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_scan_or_acts_is_refused_with_the_reason(name):
    content, problem = REFUSED[name]
    with pytest.raises(NotAScan) as refused:
        media_type_of(content)
    assert refused.value.problem == problem
