"""The frame around the desk's pages."""

from senim.pages.context import Door, Place

DOOR = Door(
    home="worklist",
    signed_in=(
        Place("worklist", "desk.nav.worklist"),
        Place("revoke-in-person", "desk.nav.revoke"),
        Place("clocks", "desk.nav.clocks"),
        Place("operators", "desk.nav.operators"),
        Place("archive", "desk.nav.archive"),
        Place("sign-out", "desk.nav.sign_out", posts=True, last=True),
    ),
    name="desk.name",
    wide=True,
)
