"""Who may speak to the program: decided once, when a connection begins.

``Host`` must be this very address: a page of a stranger whose name was pointed to 127.0.0.1 (DNS rebinding)
sends its own name. ``Origin`` must be on the list: browsers set it, and no page can change it.
"""

from collections.abc import Sequence

LOOPBACK = "127.0.0.1"


def refusal(
    *, hosts: Sequence[str], origins: Sequence[str], path: str, port: int, allowed: frozenset[str]
) -> str:
    """Why this connection is refused; empty where it is welcome. The headers as often as they were sent."""
    if list(hosts) not in ([f"{LOOPBACK}:{port}"], [f"localhost:{port}"]):
        return "asked for by another name than this computer's own"
    if len(origins) != 1:
        return "no origin: only pages of browsers may ask"
    if origins[0] not in allowed:
        return "this origin is not on the list of senim-token"
    return "" if path == "/" else "there is nothing here"
