"""The committed scripts: fit for the oldest browser we support, small, without words or source maps."""

import gzip
import re
from pathlib import Path

import pytest
from tests.browser_units.stage import SCRIPTS

BROWSER = Path(__file__).parents[2] / "browser"
BUILT = sorted(SCRIPTS.glob("*.js"))
OLDEST_CHROME = int(
    next(line for line in (BROWSER / "oldest-chrome.txt").read_text().splitlines() if line.isdigit())
)

NEWER = {
    110: r"\.to(Sorted|Reversed|Spliced)\(",
    111: r"\.isWellFormed\(|\.resize\(",
    117: r"\.groupBy\(",
    119: r"\.withResolvers\(",
    120: r"\bURL\.canParse\(",
    121: r"\bArray\.fromAsync\(",
    122: r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(",
    126: r"\bURL\.parse\(",
    137: r'generateKey\("?Ed25519',
    140: r"\.(fromBase64|toBase64|fromHex|setFromBase64)\(",
}


@pytest.mark.parametrize("script", BUILT, ids=lambda script: script.name)
def test_nothing_in_a_script_is_newer_than_the_oldest_browser(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    newer = {
        version: match[0]
        for version, pattern in NEWER.items()
        if version > OLDEST_CHROME and (match := re.search(pattern, text))
    }
    assert newer == {}


@pytest.mark.parametrize("script", BUILT, ids=lambda script: script.name)
def test_a_script_names_no_source_map_and_holds_no_words_of_ours(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert re.findall(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+", text) == []


def test_sources_ask_no_other_host_and_make_no_code_from_text() -> None:
    for source in (BROWSER / "src").rglob("*.ts"):
        text = source.read_text(encoding="utf-8")
        assert "innerHTML" not in text, source.name
        assert "eval(" not in text, source.name
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", text)) - {"http://www.w3.org/2000/svg"}
        assert addresses == set(), source.name


@pytest.mark.parametrize(
    ("script", "most"),
    [
        ("app.js", 6000),
        ("share.js", 6000),
        ("scan.js", 3000),
        ("view.js", 3000),
        ("wait.js", 3000),
        ("passkey.js", 3000),
    ],
)
def test_scripts_stay_small(script: str, most: int) -> None:
    assert len(gzip.compress((SCRIPTS / script).read_bytes(), 9)) <= most


def test_keys_and_signing_share_their_cryptography_and_it_stays_under_100_kb() -> None:
    shared = [script for script in BUILT if script.name.startswith("shared-")]
    pki = [script for script in shared if b"1.2.840.113549.1.12.10.1.2" in script.read_bytes()]
    assert len(pki) == 1
    assert len(gzip.compress(pki[0].read_bytes(), 9)) < 100_000


def test_only_the_reader_carries_webassembly() -> None:
    assert len(list(SCRIPTS.glob("*.wasm"))) == 1
    naming = [script.name for script in BUILT if b".wasm" in script.read_bytes()]
    assert len(naming) == 1
    assert naming[0].startswith("shared-"), "scan.js itself does not load it"
