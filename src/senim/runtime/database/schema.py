"""Is the database's schema one that this version knows? A newer one is left alone: going back loses data."""

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader


class NewerSchema(RuntimeError):
    """The database was made by a newer version of Senim."""


def refuse_newer() -> None:
    """Raises NewerSchema. What another program keeps in the same database is none of our business."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    ours = {config.label for config in apps.get_app_configs()}
    unknown = sorted(
        f"{room} {name}"
        for room, name in set(loader.applied_migrations) - set(loader.disk_migrations)
        if room in ours and not _is_replaced(room, name, loader)
    )
    if unknown:
        raise NewerSchema(
            f"this database was made by a newer version of Senim, which knows: {', '.join(unknown)}. "
            "Install that version, or restore the backup you took before it."
        )


def _is_replaced(room: str, name: str, loader: MigrationLoader) -> bool:
    """A migration that a later one on disk stands for (squashed)."""
    return any((room, name) in each.replaces for each in loader.disk_migrations.values())
