"""The fixtures ``address`` and ``stage``, for every module of this folder that names its ``DOOR``."""

from tests.pages.stage import address, stage  # noqa: F401
