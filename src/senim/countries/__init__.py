"""What belongs to one country and not to the platform: a package per country, with the modules of ``kz``."""
