"""What each process may have: its user id, its files, its secrets; and the root key that none may open."""
