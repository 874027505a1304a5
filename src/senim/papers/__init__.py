"""Papers: what leaves the platform as a file or a code: receipts (PDF, CA-6.P8) and QR codes.

Typst typesets in process; forms are reviewed templates in ``forms/`` that have no scripts and no network.
Facts go in as data and are never read as markup.
"""

from senim.papers.qr import qr_svg
from senim.papers.receipts import receipt

__all__ = ["qr_svg", "receipt"]
