"""The main job while processes are killed between and during its steps: nothing lost, nothing done twice."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from tools.demo import journey as steps
from tools.demo.instance import Instance
from tools.demo.journey import Journey
from tools.demo.visitor import Unexpected, Visitor

from tests.whole.platform import Platform, waited


@pytest.fixture
def walk(platform: Platform, tmp_path) -> Journey:
    here = Instance(
        platform.portal,
        platform.desk,
        platform.partners,
        platform.responders,
        platform.sandbox,
        platform.home / "sandbox" / "people",
    )
    return Journey(here, tmp_path)


def kill(platform: Platform, *names: str) -> None:
    """All of them at once, and wait until others have taken their places."""
    before = {name: platform.pid_of(name) for name in names}
    for name in names:
        platform.kill(name)
    waited(lambda: all(platform.pid_of(name) not in {0, before[name]} for name in names), "new processes")
    platform.wait_until_ready()


def certificates_of(platform: Platform, iin: str) -> set[str]:
    """Serial numbers of everything ever issued to this person."""
    said = json.loads(platform.senim("certs", "list", "--iin", iin, "--at-most", "1000", "--json").stdout)
    return {one["serial_number"].replace(":", "").lower().lstrip("0") for one in said}


@pytest.mark.parametrize(
    "victims",
    [
        pytest.param(("authority",), marks=pytest.mark.soak),
        pytest.param(("jobs",), marks=pytest.mark.soak),
        ("postgres",),
        pytest.param(("authority", "jobs"), marks=pytest.mark.soak),
    ],
)
def test_whoever_is_killed_while_a_certificate_is_made_one_pair_is_issued_and_one_letter_sent(
    platform, walk, victims
):
    before = certificates_of(platform, walk.person["iin"])
    steps.order_a_certificate(walk)
    steps.sign_in_at_the_desk(walk)
    steps.identify_and_confirm(walk)
    kill(platform, *victims)
    steps.install_the_certificates(walk)
    letters = platform.mails(walk.email)
    assert len(letters) == 2
    added = certificates_of(platform, walk.person["iin"]) - before
    assert added == {f"{signer.certificate.serial_number:x}" for signer in walk.signers.values()}
    assert len(added) == 2


@pytest.mark.soak
def test_a_killed_portal_loses_no_session_and_no_draft(platform, walk):
    steps.order_a_certificate(walk)
    kill(platform, "portal", "desk", "messages")
    steps.sign_in_at_the_desk(walk)
    kill(platform, "desk")
    steps.identify_and_confirm(walk)
    steps.install_the_certificates(walk)
    waited(lambda: walk.signers, "certificates")
    steps.sign_in_to_the_portal(walk)
    kill(platform, "portal")
    page = walk.citizen.get("/en/cabinet/")
    assert "/en/cabinet/" in page.url


class Cut:
    """A visitor whose next form is on its way when this process is killed; the form is then sent again."""

    def __init__(self, platform: Platform, name: str, after: float, path: str) -> None:
        self.platform, self.name, self.after, self.path = platform, name, after, path
        self.killed = False

    def __call__(self, visitor: Visitor) -> None:
        visitor.submit = lambda page, form, **values: self._submit(visitor, page, form, **values)

    def _submit(self, visitor: Visitor, page, form, **values):
        if self.killed or self.path not in page.url:
            return Visitor.submit(visitor, page, form, **values)
        self.killed = True
        with ThreadPoolExecutor(1) as sender:
            sent = sender.submit(Visitor.submit, visitor, page, form, **values)
            time.sleep(self.after)
            kill(self.platform, self.name)
            try:
                return sent.result(60)
            except (httpx.TransportError, Unexpected):
                return Visitor.submit(visitor, page, form, **values)


@pytest.mark.parametrize("after", [pytest.param(0.0, marks=pytest.mark.soak), 0.15])
def test_a_portal_killed_while_it_takes_an_order_registers_one(platform, walk, after):
    """The registry is slow, so that the later kill hits the request before its transaction."""
    cut = Cut(platform, "portal", after, "/order/keys/")
    cut(walk.citizen)
    platform.fault("gbdfl", "slow", 0.3 if after else 0.0)
    steps.order_a_certificate(walk)
    assert cut.killed
    assert len(platform.mails(walk.email)) == 1


@pytest.mark.soak
@pytest.mark.parametrize("after", [0.0, 0.03])
def test_a_desk_killed_while_an_operator_confirms_orders_one_pair(platform, walk, after):
    before = certificates_of(platform, walk.person["iin"])
    steps.order_a_certificate(walk)
    steps.sign_in_at_the_desk(walk)
    cut = Cut(platform, "desk", after, "/confirm/")
    cut(walk.operator)
    with suppress(Unexpected):  # where it was confirmed before the kill, the second form is told so
        steps.identify_and_confirm(walk)
    assert cut.killed
    steps.install_the_certificates(walk)
    added = certificates_of(platform, walk.person["iin"]) - before
    assert len(added) == 2
    assert len(platform.mails(walk.email)) == 2


def test_the_journal_is_whole_after_all_the_killing(platform):
    def whole() -> bool:
        return bool(json.loads(platform.senim("journal", "verify", "--json").stdout)["ok"])

    waited(whole, "a whole journal")
