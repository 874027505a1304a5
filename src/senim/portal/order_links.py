"""After the order: its status by number, the applicant's own page, the result, taking it back."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts import signed_steps
from senim.accounts.signed_steps import SignedIn
from senim.enrolment import attempts, installation, numbers, status, withdrawal
from senim.enrolment.process import Stage
from senim.enrolment.sheets import sheet_of
from senim.journal.places import Place, places_of
from senim.pages.encoded import encoded
from senim.pages.failures import show_in
from senim.pages.routes import Kind, Route, Who
from senim.pages.times import day
from senim.pages.visitors import network_of
from senim.pages.words import later
from senim.papers.qr import qr_svg
from senim.texts import say


class NumberForm(forms.Form):
    """CA-A2.2: the number given to the order."""

    number = forms.CharField(
        label=later("portal.status.number"),
        max_length=40,
        error_messages={
            "required": later("portal.status.number.required"),
            "max_length": later("enrolment.refusal.not_a_number"),
        },
    )


def order_status(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.POST or None)
    if not form.is_valid():
        return render(
            request, "portal/orders/status.html", {"form": form}, status=422 if form.errors else 200
        )
    try:
        found = status.status_of_number(
            number=form.cleaned_data["number"], network=network_of(request), at=timezone.now()
        )
    except (status.NotANumber, status.NumberUnknown, attempts.TooManyTries) as refusal:
        show_in(form, refusal, field="number")
        return render(request, "portal/orders/status.html", {"form": form}, status=409)
    context = {"form": form, "application": found, "places": _places(found)}
    return render(request, "portal/orders/status.html", context)


def order_mine(request: HttpRequest, link: str) -> HttpResponse:
    found = status.status_of_link(link=link)
    context = {
        "application": found,
        "link": link,
        "places": _places(found),
        "sheet": sheet(found),
        "signed_step": signed_step(found),
    }
    return render(request, "portal/orders/application.html", context)


def signed_step(found: status.Status) -> SignedIn | None:
    """How the applicant was signed in, for their own eyes; whoever has the number only is not told."""
    return signed_steps.latest(f"application:{found.application_id}")


def sheet(found: status.Status) -> str:
    """The QR code the desk scans, while the applicant is awaited there: on the applicant's own pages only."""
    code = sheet_of(application_id=found.application_id) if found.stage is Stage.AWAITED else ""
    return qr_svg(code, label=say("portal.application.sheet_label")) if code else ""


def order_result(request: HttpRequest, link: str) -> HttpResponse:
    """What the last letter's link leads to: certificates to install, a reason, or word that it is done."""
    collected = installation.collect(link=link)
    context = {"collected": collected, "application": collected.status, "link": link}
    if not collected.may_install or collected.status.stage is Stage.INSTALLED:
        return render(request, "portal/orders/result.html", context)
    assert collected.sign  # noqa: S101 - may_install says so; for the type checker
    assert collected.auth  # noqa: S101
    context |= {
        "sign": encoded(collected.sign.der),
        "auth": encoded(collected.auth.der),
        "chain": " ".join(map(encoded, collected.chain)),
        "file_name": f"senim-{collected.sign.not_after.year}.p12",
        "valid": f"{day(collected.sign.not_before)} – {day(collected.sign.not_after)}",
        "now": timezone.now(),
    }
    return render(request, "portal/orders/install.html", context)


@require_POST
def order_installed(request: HttpRequest, link: str) -> HttpResponse:
    installation.installed(link=link, storage=request.POST.get("installed", ""), at=timezone.now())
    return redirect("order-result", link=link)


@require_POST
def order_mine_withdraw(request: HttpRequest, link: str) -> HttpResponse:  # noqa: ARG001
    found = status.status_of_link(link=link)
    withdrawal.ask_to_withdraw(application_id=found.application_id, at=timezone.now())
    return redirect("order-letter-sent")


@require_POST
def order_result_withdraw(request: HttpRequest, link: str) -> HttpResponse:  # noqa: ARG001
    found = installation.collect(link=link).status
    withdrawal.ask_to_withdraw(application_id=found.application_id, at=timezone.now())
    return redirect("order-letter-sent")


def order_letter_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/orders/letter_sent.html")


def order_withdraw(request: HttpRequest, link: str) -> HttpResponse:
    at = timezone.now()
    if request.method == "POST":
        withdrawal.withdraw(link=link, at=at)
        return redirect("order-withdrawn")
    found = withdrawal.status_for_withdrawal(link=link, at=at)
    if found.stage is Stage.WITHDRAWN:
        return redirect("order-withdrawn")
    context = {"application": found, "number": numbers.shown(found.number)}
    return render(request, "portal/orders/withdraw.html", context)


def order_withdrawn(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/orders/withdrawn.html")


def _places(found: status.Status) -> dict[str, Place]:
    return places_of([f"application:{found.application_id}"])


ROUTES = [
    Route("order/status/", order_status, Who.ANYONE, "order-status"),
    Route("order/mine/<str:link>/", order_mine, Who.ANYONE, "order-mine"),
    Route(
        "order/mine/<str:link>/withdraw/", order_mine_withdraw, Who.ANYONE, "order-mine-withdraw", Kind.ACTION
    ),
    Route("order/result/<str:link>/", order_result, Who.ANYONE, "order-result"),
    Route("order/result/<str:link>/installed/", order_installed, Who.ANYONE, "order-installed", Kind.ACTION),
    Route(
        "order/result/<str:link>/withdraw/",
        order_result_withdraw,
        Who.ANYONE,
        "order-result-withdraw",
        Kind.ACTION,
    ),
    Route("order/letter-sent/", order_letter_sent, Who.ANYONE, "order-letter-sent"),
    Route("order/withdraw/<str:link>/", order_withdraw, Who.ANYONE, "order-withdraw"),
    Route("order/withdrawn/", order_withdrawn, Who.ANYONE, "order-withdrawn"),
]
