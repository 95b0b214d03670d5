"""An online appointment, and what its attendee and its host do by their links."""

from datetime import datetime, timedelta
from typing import Any

from shared.domain.appointments.visit_links import host_token, join_token
from tests.support.builders import A_LINK, MONDAY, SECRET, a_business, a_calendar, a_person, a_service
from tests.support.edge import World, copied


START = MONDAY + timedelta(days=1, hours=2)
SESSION, OTHER = "sessionofana", "sessionofdoc"


class Meeting(World):
    """Ana's link and Claire's, for an online appointment on Tuesday at ten; the clock stands at its start."""

    async def meet(self, service: str = "video", start: datetime = START) -> None:
        answer = await self.book(start, service=service)
        assert answer.status == 201, answer.body
        await self.meet_of(answer.json())

    async def meet_of(self, document: dict[str, Any]) -> None:
        """Take the links of a booked appointment; the clock stands at its start."""
        self.document = document
        self.appointment = await self.stored(self.document["id"])
        if self.appointment.seat:
            self.join = f"/join/{join_token(SECRET, 'biz0clinic', self.appointment, self.appointment.seat)}"
        self.host = f"/host/{host_token(SECRET, 'biz0clinic', self.appointment, 'claire')}"
        self.now = self.appointment.start

    async def ana(self, path: str, document=None):
        return await self.call("POST", f"{self.join}/{path}", document or {})

    async def doc(self, path: str, document=None):
        return await self.call("POST", f"{self.host}/{path}", document or {})

    @property
    def party(self) -> str:
        return f"a.{self.document['id']}"

    async def in_the_room(self) -> None:
        await self.ana("enter", {"name": "Ana", "devices": "camera microphone"})
        await self.doc("enter")
        await self.doc("admit", {"party": self.party})
        await self.ana("signals", {"session": SESSION, "join": True})
        await self.doc("signals", {"session": OTHER, "join": True})


@copied
async def a_meeting() -> Meeting:
    meeting = Meeting()
    staff = [a_person("claire"), a_person("omar")]
    services = [
        a_service("video", is_online=True, staff=("claire",)),
        a_service("by-phone", is_online=True, staff=("claire",), allow_anonymous_join=False, meeting=A_LINK),
        a_service("linked", is_online=True, staff=("claire",), meeting=A_LINK),
        a_service("here", staff=("omar",)),
    ]
    await meeting.save(a_calendar(a_business(phone="+33 1 23"), services, staff))
    await meeting.meet()
    return meeting
