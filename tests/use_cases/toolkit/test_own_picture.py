"""A picture is what the settings say, whoever changes it and whatever fails; a copy of a calendar has none."""

import asyncio
from contextlib import suppress

from shared.domain.calendar.logo import logo_hash
from shared.domain.errors import EditConflict, TryAgain
from shared.records.table import Ambiguous
from shared.use_cases.calendars.copy_calendar import Copying, copied
from shared.use_cases.commands import Author
from shared.use_cases.toolkit.own_picture import PictureEdit, find_pictures, save_picture
from tests.presentation.toolkit.pictures import A_JPEG, AN_SVG, a_png
from tests.support.builders import a_key
from tests.support.clinic import World, persisting
from tests.support.virtual_time import virtually


PICTURES = {"": b"", **{logo_hash(one): one for one in (A_JPEG, AN_SVG, a_png())}}


async def save(world: World, edit: PictureEdit, key: str) -> None:
    about = {"business": world.business, "context": world.args()["context"]}
    try:
        with suppress(EditConflict):  # the other was first
            await save_picture(edit, author=Author("boss", key), **about)
    except Ambiguous:  # answered as such by the page
        raise TryAgain from None


@virtually
async def test_two_who_save_at_once_under_faults_leave_one_of_their_pictures_whole() -> None:
    world = await World.opened()
    names, seen = list(PICTURES), ""
    for seed in range(6):
        processes = world.unreliable(2, 0.2, seed=10 * seed)
        chosen = [names[(seed + place) % 4] for place in range(2)]
        edits = [PictureEdit("book", seen, PICTURES[name], "Ours" if name else "") for name in chosen]
        work = (persisting(save, *each, a_key()) for each in zip(processes, edits, strict=True))
        await asyncio.gather(*work)
        for process in processes:
            await process.table.settled()
        calendar = await world.store.calendars.reload(world.business)
        used = calendar.business.toolkit.pictures
        found = await find_pictures(calendar, store=world.store)
        seen = used["book"].file if used else ""
        assert seen in chosen
        assert dict(found) == ({"book": PICTURES[seen]} if seen else {})


@virtually
async def test_a_copy_names_no_picture_whose_file_it_has_not() -> None:
    world = await World.opened()
    await save(world, PictureEdit("top", "", A_JPEG, "Ours"), a_key())
    calendar = await world.store.calendars.reload(world.business)
    assert calendar.business.toolkit.pictures
    assert not copied(calendar, Copying("Second"), "new", "second").business.toolkit.pictures
