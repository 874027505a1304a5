"""What belongs to one country and not to the platform. A country is a package with the same modules as ``kz``."""
