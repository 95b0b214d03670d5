"""A font is what the settings say, whoever saves another one and whatever fails; a copy of a calendar has none."""

import asyncio

from shared.domain.errors import TryAgain
from shared.domain.toolkit.font_file import font_hash
from shared.records.table import Ambiguous
from shared.use_cases.calendars.copy_calendar import Copying, copied
from shared.use_cases.commands import Author
from shared.use_cases.toolkit.own_font import FontFiles, find_fonts, save_font
from tests.support.builders import a_key
from tests.support.clinic import World, persisting
from tests.support.fonts import a_font
from tests.support.virtual_time import virtually


FONTS = {font_hash(one): one for one in (a_font(), a_font(name="Inzer"), a_font("700Bold"))}


async def save(world: World, files: FontFiles, key: str) -> None:
    about = {"business": world.business, "context": world.args()["context"]}
    try:
        await save_font(files, author=Author("boss", key), **about)
    except Ambiguous:  # answered as such by the page
        raise TryAgain from None


@virtually
async def test_two_who_save_at_once_under_faults_leave_one_of_their_fonts_whole() -> None:
    world = await World.opened()
    one, two, bold = FONTS.values()
    choices = (FontFiles(one), FontFiles(two, bold), FontFiles())
    for seed in range(6):
        processes = world.unreliable(2, 0.2, seed=10 * seed)
        chosen = [choices[(seed + place) % 3] for place in range(2)]
        work = (persisting(save, *each, a_key()) for each in zip(processes, chosen, strict=True))
        await asyncio.gather(*work)
        for process in processes:
            await process.table.settled()
        calendar = await world.store.calendars.reload(world.business)
        font, found = calendar.business.toolkit.font, await find_fonts(calendar, store=world.store)
        assert found in chosen
        assert (font is None) == (not found.regular)
        assert font is None or [font.regular, font.bold] == [font_hash(one) if one else "" for one in found]


@virtually
async def test_a_copy_names_no_font_whose_files_it_has_not() -> None:
    world = await World.opened()
    await save(world, FontFiles(a_font()), a_key())
    calendar = await world.store.calendars.reload(world.business)
    assert calendar.business.toolkit.font is not None
    assert copied(calendar, Copying("Second"), "new", "second").business.toolkit.font is None
