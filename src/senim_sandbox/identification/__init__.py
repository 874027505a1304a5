"""A remote identification service: looks at people, and signs what it saw. Here a page plays the camera.

Its protocol is in ``docs/remote-identification.md``.
"""
