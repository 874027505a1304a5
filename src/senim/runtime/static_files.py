"""Static files under names with their digest, compressed once, before the doors open.

Brotli at its best takes seven seconds for the scanner's 950 kB and a tenth of one at quality 9, for a file
that is 13 % larger; a first start on two cores must not wait for that. Small files, which every page needs,
get more.
"""

from typing import Any

import brotli  # type: ignore[import-untyped]
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

LARGE = 256_000


class QuickCompressor(Compressor):  # type: ignore[misc]
    """Whitenoise's, with a quality by size."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=9 if len(data) > LARGE else 10))


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """What ``collectstatic`` writes to and templates name files by."""

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
