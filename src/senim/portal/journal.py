"""The journal for everybody: its key and newest checkpoint, and the proof of a record for whoever has its id.

A record's id is 122 random bits and stands only on pages of whom the record is about; the proof names nobody.
"""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.journal import places, proof_files
from senim.pages.routes import Kind, Route, Who


def journal(request: HttpRequest) -> HttpResponse:
    context = {"newest": places.newest_size(), "key": places.verifier_key()}
    return render(request, "portal/journal/journal.html", context)


def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _file(places.newest_checkpoint(), "checkpoint.txt")


def proof(request: HttpRequest, record: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    return _file(places.prove(record), f"{record}{proof_files.SUFFIX}")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


ROUTES = [
    Route("journal/", journal, Who.ANYONE, "journal"),
    Route("journal/checkpoint/", checkpoint, Who.ANYONE, "journal-checkpoint", Kind.FILE),
    Route("journal/proof/<uuid:record>/", proof, Who.ANYONE, "journal-proof", Kind.FILE),
]
