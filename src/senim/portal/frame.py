"""The frame around the portal's pages: navigation for the signed-in and for everybody, footer."""

from senim.pages.context import Door, Place
from senim.portal import installable

DOOR = Door(
    home="home",
    signed_in=(
        Place("cabinet", "portal.nav.cabinet"),
        Place("documents", "portal.nav.documents"),
        Place("order-status", "portal.nav.applications"),
        Place("sign-out", "portal.nav.sign_out", posts=True, last=True),
    ),
    acting=(
        Place("cabinet", "portal.nav.cabinet"),
        Place("view-enter", "portal.nav.view"),
        Place("sign-out", "portal.nav.sign_out", posts=True, last=True),
    ),
    signed_out=(
        Place("sign-in", "portal.nav.sign_in"),
        Place("order", "portal.nav.order"),
        Place("order-status", "portal.nav.status"),
    ),
    footer=(
        Place("help", "portal.foot.help"),
        Place("accessibility", "portal.foot.accessibility"),
        Place("privacy", "portal.foot.privacy"),
        Place("open-source", "portal.foot.code"),
        Place("system-state", "portal.foot.state"),
    ),
    worker=installable.worker_address(),
)
