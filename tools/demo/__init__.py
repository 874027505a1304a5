"""The main job without hands: one citizen, one operator, one third party, over HTTP only.

``make demo`` runs it against a fresh instance of its own, or against ``SENIM_URL``. It knows Senim as an
integrator does: by its pages, its JSON, and the open library ``senim.pki``. What it made lies in ``demo/``.
"""
