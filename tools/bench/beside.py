"""Runs a module's ``main`` with Django set up, beside a running instance: ``… beside MODULE ARGUMENTS``."""

import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    import_module(sys.argv[1]).main()
