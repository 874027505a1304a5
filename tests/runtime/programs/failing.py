"""A step that fails."""

raise SystemExit(3)
