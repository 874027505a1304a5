"""State registries over HTTP: each signs its answers with the key of the body that owns the data."""
