"""Command line, process supervisor, database server, job wiring. Wires, decides nothing."""
