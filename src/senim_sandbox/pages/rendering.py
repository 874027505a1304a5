"""How a page is made: the reader's language, the words, the templates."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from urllib.parse import parse_qs, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from senim_sandbox.clock import CIVIL_TIME
from senim_sandbox.mail import LINK
from senim_sandbox.wording import FIRST, LANGUAGES, say

COOKIE = "senim_sandbox_language"
SECTIONS = (
    ("/", "overview"),
    ("/phones", "phones"),
    ("/mail", "mail"),
    ("/people", "people"),
    ("/organisations", "organisations"),
    ("/bank", "bank"),
    ("/faults", "faults"),
    ("/trust", "trust"),
)


def page(
    request: Request, template: str, *, section: str, status: int = 200, data: str = "", **facts: object
) -> Response:
    """The page in the reader's language; a language asked for is remembered."""
    language = language_of(request)
    html = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            languages=LANGUAGES,
            say=partial(say, language),
            here=partial(_here, request),
            sections=SECTIONS,
            section=section,
            refreshing=request.query_params.get("refresh") == "5",
            data=data,
            **facts,
        )
    )
    answer = HTMLResponse(html, status_code=status)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(COOKIE, language, httponly=True, samesite="lax")
    return answer


def language_of(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else FIRST


async def form_of(request: Request) -> Callable[[str], str]:
    """The fields of a posted form, by name; a missing one is empty."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=20)
    return lambda name: fields.get(name, [""])[0]


def asset(name: str, media_type: str) -> Response:
    return Response(files("senim_sandbox.pages").joinpath(name).read_bytes(), media_type=media_type)


def linked(text: str) -> Markup:
    """The text with its web addresses made links; everything else escaped."""
    said, after = Markup(), 0
    for found in LINK.finditer(text):
        said += escape(text[after : found.start()])
        said += Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(found.group())
        after = found.end()
    return said + escape(text[after:])


def _clock(at: datetime) -> str:
    return f"{at.astimezone(CIVIL_TIME):%d.%m.%Y %H:%M:%S}"


def _here(request: Request, **changed: str | int | None) -> str:
    """This address with some of its parameters changed; None takes one away."""
    query = {**request.query_params, **changed}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("senim_sandbox.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(clock=_clock, linked=linked)
    return environment
