"""The authorities' certificates and the root's revocation list, by the path they are served under.

Certificates do not change while this process runs. The root's list does: a ceremony puts the next one in its
place, and nobody should have to restart anything for it.
"""

from pathlib import Path

ROOT_LIST = "crl/root.crl"


class OwnFiles:
    """Raises OSError where an authority's file is missing."""

    def __init__(self, certificates: Path) -> None:
        self._root_list = certificates / "root.crl"
        self._kept = {
            "ca/issuing.cer": (certificates / "issuing.cer").read_bytes(),
            "ca/root.cer": (certificates / "root.cer").read_bytes(),
            ROOT_LIST: self._root_list.read_bytes(),
        }
        self._seen = self._root_list.stat().st_mtime_ns

    def get(self, path: str) -> bytes | None:
        if path == ROOT_LIST:
            self._refresh()
        return self._kept.get(path)

    def _refresh(self) -> None:
        """A list that cannot be read now leaves the one before in place."""
        try:
            found = self._root_list.stat().st_mtime_ns
            if found != self._seen:
                self._kept[ROOT_LIST], self._seen = self._root_list.read_bytes(), found
        except OSError:
            return
