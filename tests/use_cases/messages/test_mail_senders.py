"""A calendar's own mailbox sends for it only while the organisation lets it."""

from datetime import timedelta

from shared.domain.access.organisation import Organisation
from shared.use_cases.organisation.settings import LASTS, change_organisation
from tests.support.builders import a_business, a_calendar, a_key
from tests.support.clinic import ANA, TEN, World
from tests.support.virtual_time import virtually


OWN = "rdv@tilleuls.example"


async def allow(world: World, *names: str) -> None:
    def edit(organisation: Organisation) -> Organisation:
        return organisation.model_copy(update={"mail_senders": names})

    await change_organisation(edit, actor="head", number=a_key(), store=world.store, now=world.now)


async def sender(world: World, hour: int) -> tuple[str, str]:
    """Book, and return in whose name the mail is sent, and where replies go."""
    await world.book(TEN + timedelta(hours=hour))
    await world.tick()
    business = world.postman.to(ANA)[-1].calendar.business
    return business.mail_from, business.email


@virtually
async def test_a_sender_that_the_organisation_does_not_keep_is_the_apps_and_replies_go_to_the_calendar() -> None:
    world = await World.opened(a_calendar(a_business(mail_from=OWN, email="front@tilleuls.example")))
    assert await sender(world, 0) == ("", "front@tilleuls.example")
    await allow(world, "@tilleuls.example")
    assert await sender(world, 1) == (OWN, "front@tilleuls.example")
    await allow(world, "front@tilleuls.example")
    assert await sender(world, 2) == ("", "front@tilleuls.example")


@virtually
async def test_another_process_sends_so_within_seconds_and_replies_find_a_calendar_without_an_address() -> None:
    world = await World.opened(a_calendar(a_business(mail_from=OWN, email="")))
    await allow(world, OWN.upper())
    assert await sender(world, 0) == (OWN, "")
    await allow(world.beside())
    await world.wait_until(world.now + timedelta(seconds=LASTS + 1))
    assert await sender(world, 1) == ("", OWN)
