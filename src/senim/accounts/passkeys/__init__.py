"""Passkeys (WebAuthn): a key that a person's own device keeps and uses only once it has checked who is there.

A strong factor beside the signature, never in its place: one is added in a session of class FACTORS, signs
nothing but its holder in, and opens what ``methods`` says. It proves that a device was unlocked by whoever
may unlock it. That is no biometric identification of the person, whatever the device asks for, and is
never called so. No clause names passkeys; PT-2.4 (measures that keep personal data safe) is their ground.

* ``relying_party``: what browsers are asked, and what of their answers holds; alone here knows the library;
* ``registration``: a new one; ``kept``: listed, renamed, removed;
* ``sign_in``: the challenge and its answer.
"""
