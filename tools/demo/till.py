"""An organisation's information system reads a document with its owner's consent (DD-4b)."""

import html
import json
import re
import secrets
from typing import Any

from tools.demo import admission
from tools.demo.journey import Journey, answer_claim, wait_for
from tools.demo.partner import Partner
from tools.demo.visitor import Unexpected

FILE, PROOF, KEY = "system-view.json", "view.tlog-proof", "journal-key.txt"


def admit_an_information_system(journey: Journey) -> None:
    """DD-4a: admitted to view identity cards, and to nothing else."""
    till = journey.made["_till"] = Partner(journey.at.partners)
    name = journey.made["_till_name"] = f"Zhetisu till {secrets.token_hex(2)}"
    wanted = admission.Wanted(name, till.public_key, "view", ("identity_card",))
    till.client_id = admission.admit(journey, wanted)
    till.get_token("view")


def let_the_system_view(journey: Journey) -> None:
    """The owner reads who asks and for what, and consents by typing the number of the system's screen."""
    till, shown = journey.made["_till"], journey.made["_access"] + "state/"
    asked = {"code": str(journey.citizen.json(shown)["code"]), "purpose": "view"}
    claim = till.post("/v1/documents/claims/by-code", asked, wanted=202)
    question = journey.citizen.json(shown)["claim"]
    if not isinstance(question, dict) or question["who"] != journey.made["_till_name"]:
        raise Unexpected(f"the owner is not asked: {question}")
    answer_claim(journey, question, claim["number"])
    view = till.get(f"/v1/documents/claims/{claim['claim']}", wanted=200)["view"]
    answer = till.get(f"/v1/documents/views/{view}", wanted=200)
    if answer["document"]["surname"] != journey.person["surname"]:
        raise Unexpected("somebody else's document")
    journey.made["_view"] = view
    _keep(journey, {"owner_was_asked": question, "answer": _without_pictures(answer)})


def stop_the_system(journey: Journey) -> None:
    """The owner takes the consent back, and the next look is refused; the mark stays."""
    till, address = journey.made["_till"], f"/v1/documents/views/{journey.made['_view']}"
    marks = journey.citizen.get("/en/documents/seen/")
    journey.citizen.submit(marks, marks.form(having=f"{journey.made['_view']}/stop"))
    _keep(journey, {"after_it_was_stopped": till.get(address, wanted=409)})
    journey.citizen.get("/en/documents/seen/").expect(journey.made["_till_name"])


def take_the_proof(journey: Journey) -> None:
    """That the journal holds the look: for whoever has the file and the journal's key, offline."""
    address = wait_for(lambda: _proof_of(journey, journey.made["_till_name"]), "a proof beside the mark")
    (journey.folder / PROOF).write_bytes(journey.citizen.get(address).body)
    page = journey.citizen.get("/en/journal/")
    key = re.search(r"<code>([^<+]+\+[0-9a-f]{8}\+[^<]+)</code>", page.text)
    if key is None:
        raise Unexpected(f"no key on {page.url}")
    (journey.folder / KEY).write_text(html.unescape(key[1]) + "\n", encoding="utf-8")


def _proof_of(journey: Journey, name: str) -> str | None:
    """Of the newest mark that names this system."""
    page = journey.citizen.get("/en/documents/seen/").text
    mark = re.search(rf"<b>{re.escape(name)}</b>.*?</li>", page, re.DOTALL)
    link = re.search(r'href="([^"]*/journal/proof/[^"]+)"', mark[0]) if mark else None
    return link[1] if link else None


def _keep(journey: Journey, more: dict[str, Any]) -> None:
    file = journey.folder / FILE
    kept = journey.made["_kept"] = {**journey.made.get("_kept", {}), **more}
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _without_pictures(answer: dict[str, Any]) -> dict[str, Any]:
    """A file on a disk needs no face."""
    portrait = answer["document"]["portrait"]
    return {
        **answer,
        "document": {**answer["document"], "portrait": f"({len(portrait)} characters of base64)"},
    }
