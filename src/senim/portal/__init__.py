"""The citizens' portal: pages and JSON for citizens and third parties, and the installable app.

One module per noun; each exposes ``ROUTES``. A view is form → one verb → page.
"""
