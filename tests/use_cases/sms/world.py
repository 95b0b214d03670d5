"""A clinic whose customers get SMS."""

from datetime import timedelta
from typing import Any

from shared.domain.appointments.sent_sms import SentSms
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Reminder
from shared.records.codec import load_row
from shared.records.keys import SMS
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.messages.send_counts import SendCounts
from tests.support.builders import a_calendar, a_key, a_request, a_service
from tests.support.clinic import ANA, TEN
from tests.support.clinic import World as Clinic
from tests.support.telephones import Telephones


MOBILE = "+33612345670"
WORDS = "Text me about this appointment."
DAY = timedelta(days=1)


def texting(**service: Any) -> Calendar:
    service = {"reminders": (Reminder(offset=DAY),), "send_sms": True, **service}
    return a_calendar(services=[a_service(**service)])


class World(Clinic):
    """`world.telephones` has what was sent."""

    telephones: Telephones

    @classmethod
    async def texted(cls, **service: Any) -> "World":
        world = await cls.opened(texting(**service))
        world.telephones = Telephones()
        return world

    async def tick(self, worker: str = "", **more: Any) -> SendCounts:
        return await super().tick(worker, texter=self.telephones.service, **more)

    async def book_by(self, phone: str = MOBILE, start: Any = TEN, email: str = ANA, **changes: Any) -> Any:
        customer = {"name": "Ana", "email": email, "phone": phone}
        request = {"sms_consent": WORDS, "time_zone": "Europe/Paris", **changes}
        return await create_appointment(a_request(start, customer=customer, **request), key=a_key(), **self.args())

    def sent(self) -> list[SentSms]:
        return [load_row(SentSms, row) for row in self.rows(SMS).values()]
