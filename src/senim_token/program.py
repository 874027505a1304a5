"""The command: ``senim-token``. Reads its configuration, listens on the loopback interface, until Ctrl-C."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

from senim_token.configuration import Configuration, NotUsable, configuration, default_file, read
from senim_token.pinentry import Pinentry
from senim_token.server import Door
from senim_token.states import NotDone
from senim_token.tokens import Tokens
from senim_token.work import Work

CANNOT_START = 2


def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(format="senim-token: %(message)s", level=logging.WARNING)
    given = _parser().parse_args(arguments)
    try:
        said = configuration({**read(given.config), **_options(given)})
        if given.check:
            return _check(said)
        asyncio.run(_serve(said))
    except (NotUsable, OSError) as wrong:
        print(f"senim-token: {wrong}", file=sys.stderr)
        return CANNOT_START
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="senim-token", description="Lets pages of allowed origins use a PKCS#11 token of this computer."
    )
    parser.add_argument("--config", type=Path, default=default_file(), help="TOML (default: %(default)s)")
    parser.add_argument("--origin", action="append", dest="origins", help="an origin whose pages may ask")
    parser.add_argument("--module", action="append", dest="modules", help="a PKCS#11 library")
    parser.add_argument("--port", type=int, help="of the loopback interface; pages expect 24650")
    parser.add_argument("--pinentry", help="the program that shows the window")
    parser.add_argument("--check", action="store_true", help="say what is configured and found, then end")
    return parser


def _options(given: argparse.Namespace) -> dict[str, Any]:
    named = ("origins", "modules", "port", "pinentry")
    return {name: getattr(given, name) for name in named if getattr(given, name) is not None}


def _check(said: Configuration) -> int:
    print(f"listens on ws://127.0.0.1:{said.port}/ for {', '.join(sorted(said.origins))}")
    print(f"asks with {said.pinentry}")
    try:
        found = Tokens(said.modules).listed()
    except NotDone as reason:
        print(f"tokens: {reason.state}")
        return CANNOT_START
    for token in found:
        print(f"token: {token.label} ({token.maker}), {token.told()['state']}")
    return 0 if found else CANNOT_START


async def _serve(said: Configuration) -> None:
    pinentry = Pinentry(said.pinentry, answer_within=said.answer_within)
    server = await Door(said, Work(Tokens(said.modules), pinentry)).open()
    print(f"senim-token: listening on ws://127.0.0.1:{said.port}/", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
