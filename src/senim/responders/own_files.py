"""The authorities' certificates and the root's revocation list, by the path they are served under.

A certificate does not change while this process runs. A ceremony puts the root's next list in its place, or
adds an issuing authority, and nobody should have to restart anything for it.
"""

from pathlib import Path

from senim.certification import issuers

ROOT_LIST = "crl/root.crl"


class OwnFiles:
    """Raises OSError where an authority's file is missing."""

    def __init__(self, certificates: Path) -> None:
        self._certificates, self._root_list = certificates, certificates / "root.crl"
        self._kept = {
            "ca/root.cer": (certificates / "root.cer").read_bytes(),
            ROOT_LIST: self._root_list.read_bytes(),
        }
        self._seen = self._root_list.stat().st_mtime_ns
        self.refresh()

    def refresh(self) -> None:
        """Raises OSError."""
        issuing = issuers.certificates_of(self._certificates)
        self._kept |= {f"ca/{label}.cer": content for label, content in issuing.items()}

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
