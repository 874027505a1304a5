"""Senim (сенім, "trust"): an open e-government trust platform.

Rooms are the sub-packages; each says in its docstring what it does, for whom, and which clauses of law it
shows. They import downward only (see ``docs/architecture.md`` and the contracts in ``.importlinter``).
"""
