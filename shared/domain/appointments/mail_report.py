"""What the provider of a mail says became of it."""

from typing import Literal


MailStatus = Literal["delivered", "failed"]
MailReason = Literal["", "bounced", "filtered", "suppressed", "undeliverable"]
"""Why it was not delivered: sent back, taken for spam, not tried since earlier ones came back, or otherwise."""
