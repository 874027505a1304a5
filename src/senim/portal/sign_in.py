"""Sign in to the portal, and sign out (PT-4.2)."""

from senim.pages.signing_in import SignInDoor

ROUTES = SignInDoor("portal", "portal/sign_in/sign_in.html", home="cabinet", left="home").routes()
