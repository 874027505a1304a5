"""What a provider answers when it is handed a message. Each folder beside this file is one provider."""


class NotSubmitted(Exception):
    """The message certainly did not leave: the provider is down or busy. Trying again is right."""


class Rejected(Exception):
    """The provider will never take this message; ``args[0]`` is its code, fit for a log."""


class OutcomeUnknown(Exception):
    """The connection broke after the message was handed over: it may or may not have left."""
