"""What may come of a letter that could not be handed over."""


class NotAccepted(Exception):
    """A definite no for this recipient: sending it again would end the same way."""


class MailUnavailable(Exception):
    """No answer, or one that may be another later: it should be tried again."""
