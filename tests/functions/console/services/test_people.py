"""Who serves at a service: who is chosen, what each of them has to do, and how that is evened out."""

import re
from datetime import timedelta

import pytest

from tests.functions.console.services.place import (
    ONE,
    a_place,
    error_at,
    fill,
    stored,
    text_of,
)
from tests.support.builders import a_person, a_service


TEA = f"{ONE}/tea"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def test_people_and_how_they_are_chosen_are_saved():
    world = await a_place()
    answer = await fill(world, f"{TEA}/people", staff=["omar", "desk"], assignment="all", anyone="priority")
    assert answer.status == 303
    now = await stored(world)
    assert (set(now.staff), now.assignment, now.anyone) == ({"omar", "desk"}, "all", "priority")


async def test_too_many_who_serve_together_are_refused_with_what_is_possible():
    people = [a_person(f"p{number:02}") for number in range(21)]
    world = await a_place(people=people)
    answer = await fill(world, f"{TEA}/people", staff=[one.id for one in people], assignment="all")
    assert "At most 20 people" in error_at(answer, "assignment")


async def test_each_person_shows_what_they_have_to_do():
    world = await a_place()
    await world.book(service="tea")
    await world.book(world.now + DAY + 3 * HOUR, service="tea")
    page = await text_of(world, f"{TEA}/people")
    assert "Appointments: 0 in the last 30 days, 2 in the next 30" in page
    world.now += 7 * DAY
    assert "Appointments: 2 in the last 30 days, 0 in the next 30" in await text_of(world, f"{TEA}/people")


@pytest.mark.walk
async def test_a_thousand_people_are_one_page_that_is_not_heavy():
    people = [a_person(f"person-{number:04}-of-a-large-organisation") for number in range(1000)]
    world = await a_place(people=people)
    answer = await world.call(
        "GET", f"{TEA}/people", cookie=world.cookie("boss"), accept="text/html", accept_encoding="gzip"
    )
    assert len(answer.body) < 60_000
    every = [one.id for one in people]
    assert (await fill(world, f"{TEA}/people", staff=every)).status == 303
    assert len((await stored(world)).staff) == 1000


async def a_tea_for_two():
    """Four teas of tomorrow, booked with anyone while Claire alone served them; Omar does now too."""
    world = await a_place(a_service("tea", staff=("claire",)))
    for number in range(4):
        await world.book(world.now + DAY + 2 * HOUR + number * 30 * MINUTE, service="tea")
    await fill(world, f"{TEA}/people", staff=["claire", "omar"])
    return world


def rows(page: str) -> list[list[str]]:
    """The rows of what people serve."""
    table = page.partition('<form class="list-top"')[2].partition("</table>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    return [[re.sub(r"<[^>]+>", "", cell.replace("<br>", ", ")) for cell in row] for row in cells]


async def test_the_page_says_who_serves_how_much_in_the_weeks_that_are_asked_for():
    world = await a_tea_for_two()
    assert rows(await text_of(world, f"{TEA}/balance")) == [
        ["Claire", "4, 2 h", "4, 2 h", "1 h above"],
        ["Omar", "0, 0 h", "0, 0 h", "1 h below"],
    ]
    later = await text_of(world, f"{TEA}/balance?from={world.now + 7 * DAY:%Y-%m-%d}&weeks=1")
    assert [row[3] for row in rows(later)] == ["Same as the others"] * 2
    assert "nothing to even out" in later
    wrong = await text_of(world, f"{TEA}/balance?from=no&weeks=-3")
    assert len(rows(wrong)) == 2


async def test_evening_out_shows_what_would_move_and_moves_what_is_ticked():
    world = await a_tea_for_two()
    page = await text_of(world, f"{TEA}/balance")
    assert page.count("<td><bdi>Claire</bdi></td><td><bdi>Omar</bdi></td>") == 2
    first, second = re.findall(r'name="move" value="([^"]+)" checked', page)
    done = (await world.send("boss", f"{TEA}/balance", move=[first], telling="now")).body.decode()
    assert "1 appointment was reassigned." in done
    moved = await world.appointment(first.partition(".")[0])
    assert (moved.staff, moved.chosen_by, moved.pending) == (("omar",), "anyone", None)
    assert (await world.appointment(second.partition(".")[0])).staff == ("claire",)
    done = (await world.send("boss", f"{TEA}/balance", move=[second])).body.decode()
    assert "1 appointment was reassigned." in done
    assert (await world.appointment(second.partition(".")[0])).pending is not None  # told in ten minutes
    assert "nothing to even out" in done
    assert "Appointments: 0 in the last 30 days, 2 in the next 30" in await text_of(world, f"{TEA}/people")


async def test_what_is_not_proposed_any_more_is_not_moved():
    world = await a_tea_for_two()
    first, _ = re.findall(r'name="move" value="([^"]+)" checked', await text_of(world, f"{TEA}/balance"))
    name = first.partition(".")[0]
    for move in ([f"{name}.claire"], [f"{name}.boss"], ["gone.omar"], ["no"], []):
        done = (await world.send("boss", f"{TEA}/balance", move=move)).body.decode()
        assert "Nothing was reassigned." in done
    assert (await world.appointment(name)).staff == ("claire",)
