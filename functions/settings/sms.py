"""The settings of SMS: the provider, and who sends to which countries.

OPENSLOT_SMS            twilio://SID:TOKEN@api.twilio.com, or azure://NAME.communication.azure.com, by the app's
                        identity; none: no SMS is sent or offered
OPENSLOT_SMS_SENDERS    for each beginning of a number, the number or the name that sends: +1=+15551230000,*=Praxis
OPENSLOT_SMS_EVENTS_KEY the key with which Azure's Event Grid shows that its events are for this app
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.settings.rules import token_problem
from shared.delivery.sms.account import SmsAccount, read_account


URL, SENDERS, EVENTS_KEY = "OPENSLOT_SMS", "OPENSLOT_SMS_SENDERS", "OPENSLOT_SMS_EVENTS_KEY"
NAMES = (URL, SENDERS, EVENTS_KEY)


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The account that sends; None where SMS is not offered."""

    account: SmsAccount | None = None
    events_key: str = field(default="", repr=False)

    @property
    def is_on(self) -> bool:
        """Whether there is a provider."""
        return self.account is not None


def read_sms(environ: Mapping[str, str]) -> SmsSettings:
    """Return the settings. Raises ValueError."""
    url, key = environ.get(URL, ""), environ.get(EVENTS_KEY, "")
    if not url:
        return SmsSettings()
    account = read_account(url, environ.get(SENDERS, ""))
    if account.kind == "azure" and (wrong := token_problem(key) if key else "is not set"):
        raise ValueError(f"{EVENTS_KEY} {wrong}")
    return SmsSettings(account, key)
