"""The app with a provider of SMS, and requests as the provider signs them."""

from dataclasses import replace
from urllib.parse import urlencode

from functions.settings.sms import SmsSettings
from shared.delivery.sms.twilio import signature
from tests.support.builders import a_key, a_service
from tests.support.edge import PUBLIC_URL, Answer, World, clinic
from tests.support.fakes import MemoryTable
from tests.support.telephones import ACCOUNT, TOKEN, Telephones


MOBILE = "+33612345670"


class Texting(World):
    """`world.telephones` has what was sent."""

    telephones: Telephones

    @classmethod
    async def opened(cls, kind: str = "twilio", key: str = "", table: MemoryTable | None = None) -> "Texting":
        world = cls(table or MemoryTable())
        world.telephones = Telephones()
        settings = replace(
            world.services.settings, sms=SmsSettings(replace(ACCOUNT, kind=kind)), event_grid_key=key
        )
        world.services = replace(world.services, settings=settings, texter=lambda: world.telephones.service)
        calendar = clinic()
        services = {**calendar.services, "texts": a_service("texts", send_sms=True)}
        await world.save(replace(calendar, services=services))
        return world

    async def booked(self) -> str:
        """Book with SMS; return the reference of the confirmation."""
        customer = {"name": "Ana", "email": "ana@example.com", "phone": MOBILE}
        answer = await self.book(service="texts", customer=customer, smsConsent="Text me.", key=a_key())
        assert answer.status == 201, answer.body
        await self.services.due_work.send()
        return self.telephones.texts[-1].handover.reference

    async def signed(self, path: str, token: str = TOKEN, **fields: str) -> Answer:
        """Send a form as Twilio does."""
        sign = signature(token, PUBLIC_URL + path, list(fields.items()))
        return await self.call("POST", path, body=urlencode(fields).encode(), x_twilio_signature=sign)
