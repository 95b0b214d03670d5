"""The settings of SMS: the provider, and who sends to which countries.

OPENSLOT_SMS            twilio://SID:TOKEN@api.twilio.com, or azure://NAME.communication.azure.com, by the app's
                        identity; none: no SMS is sent or offered
OPENSLOT_SMS_SENDERS    for each beginning of a number, the number or the name that sends: +1=+15551230000,*=Praxis
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.delivery.sms.account import SmsAccount, read_account


URL, SENDERS = "OPENSLOT_SMS", "OPENSLOT_SMS_SENDERS"
NAMES = (URL, SENDERS)


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The account that sends; None where SMS is not offered."""

    account: SmsAccount | None = None

    @property
    def is_on(self) -> bool:
        """Whether there is a provider."""
        return self.account is not None


def read_sms(environ: Mapping[str, str]) -> SmsSettings:
    """Return the settings. Raises ValueError."""
    url = environ.get(URL, "")
    return SmsSettings(read_account(url, environ.get(SENDERS, ""))) if url else SmsSettings()
