"""Sign in to the portal, and sign out (PT-4.1, PT-4.2, PT-4.3): the signature first, other ways beside it."""

from senim.accounts.methods import Method
from senim.pages.signing_in import SignInDoor
from senim.portal import code_sign_in, passkey_sign_in, password_sign_in

DOOR = SignInDoor(
    "portal",
    "portal/sign_in/sign_in.html",
    home="cabinet",
    left="home",
    ways={
        Method.PASSKEY: "sign-in-passkey",
        Method.CODE: "sign-in-number",
        Method.PASSWORD: "sign-in-password",
    },
)
ROUTES = [*DOOR.routes(), *passkey_sign_in.ROUTES, *code_sign_in.ROUTES, *password_sign_in.ROUTES]
