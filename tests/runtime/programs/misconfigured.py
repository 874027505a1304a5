"""A process that cannot run as it is set up: its PIN is refused, say."""

import os

raise SystemExit(os.EX_CONFIG)
