"""The desk: pages for registration authority operators. A process, port, cookie and database role of its own."""
