"""The desk: pages for registration authority operators. A process, port and database role of its own."""
