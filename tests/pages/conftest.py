"""The stage's fixtures, for every module of this folder that names its ``DOOR``."""

from tests.pages.stage import address, stage, static_files  # noqa: F401
