"""What Django is told to reach PostgreSQL by (``ENGINE``)."""
