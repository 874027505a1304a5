"""PostgreSQL: our own server or somebody else's, its roles, and what each process may do in it."""
