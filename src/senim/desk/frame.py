"""The frame around the desk's pages."""

from senim.pages.context import Door, Place

DOOR = Door(
    home="worklist",
    signed_in=(
        Place("worklist", "desk.nav.worklist", only="operator"),
        Place("revoke-in-person", "desk.nav.revoke", only="operator"),
        Place("clocks", "desk.nav.clocks", only="operator"),
        Place("operators", "desk.nav.operators", only="operator"),
        Place("archive", "desk.nav.archive", only="operator"),
        Place("systems", "desk.nav.systems", only="official"),
        Place("counter", "desk.nav.counter", only="worker"),
        Place("counter-new", "desk.nav.counter_new", only="worker"),
        Place("sign-out", "desk.nav.sign_out", posts=True, last=True),
    ),
    name="desk.name",
    wide=True,
)
