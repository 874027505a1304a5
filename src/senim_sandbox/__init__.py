"""The world outside Senim, on one laptop: state registries, a short message centre, a mail server.

For developers, tests and demonstrations; everybody in it is invented. It speaks to Senim over the network
only (HTTP, SMPP 3.4, SMTP) and shares no code with it, so that both halves cannot share a mistake. One
process: ``senim_sandbox.world:main``.
"""
