"""Files as answers: somebody's papers, which nothing on the way keeps."""

from django.http import HttpResponse

_NEVER_KEPT = {"Cache-Control": "no-store"}


def pdf_to_read(content: bytes, name: str) -> HttpResponse:
    """Opened by the browser, and printed there."""
    where = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers={**_NEVER_KEPT, **where})


def file_to_save(content: bytes | str, name: str, media_type: str) -> HttpResponse:
    where = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers={**_NEVER_KEPT, **where})
