"""Programs for the people who build Senim; nothing here runs in an instance."""
