"""Do the tests notice? ``make mutation`` changes the code on purpose, one small thing at a time (mutmut).

``python -m tools.mutation [ROOM …] [--minutes N]`` works in ``.mutation/``, goes on where it was stopped, and
writes the score with its date and command to ``docs/mutation.md``.
"""
