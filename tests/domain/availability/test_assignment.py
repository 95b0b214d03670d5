"""Who serves "anyone": spread at random, evenly by load, or by priority; the same command chooses alike."""

from collections import Counter

import pytest

from shared.domain.availability.assignment import choose, claimed_ticks
from shared.domain.timeline.ledger import Ledger
from shared.domain.timeline.ticks import ones
from tests.support.builders import a_person


NAMES = ("ana", "bo", "cy", "dee", "eli")
PEOPLE = [a_person(name) for name in NAMES]
CHI_SQUARE_999 = 18.47  # four degrees of freedom


def chosen(rule, people=PEOPLE, loads=(), seeds=range(2000)):
    ledgers = {name: Ledger().claim(ones(ticks)) for name, ticks in dict(loads).items()}
    return Counter(choose(rule, people, ledgers, f"seed-{seed}").id for seed in seeds)


def unevenness(counts, people=PEOPLE):
    expected = counts.total() / len(people)
    return sum((counts[person.id] - expected) ** 2 / expected for person in people)


def test_at_random_everybody_free_is_chosen_about_equally_often():
    assert unevenness(chosen("random")) < CHI_SQUARE_999


def test_at_random_nobody_asks_who_has_more_to_do_or_who_comes_first():
    busy = [a_person(name, priority=number) for number, name in enumerate(NAMES)]
    assert chosen("random", busy, {"ana": 900}) == chosen("random")


@pytest.mark.parametrize("rule", ["random", "evenly", "priority"])
def test_the_same_seed_chooses_the_same_person_however_the_people_are_listed(rule):
    ledgers = {"ana": Ledger().claim(0b11)}
    for seed in range(50):
        first = choose(rule, PEOPLE, ledgers, f"seed-{seed}")
        assert choose(rule, PEOPLE[::-1], ledgers, f"seed-{seed}") == first


@pytest.mark.parametrize("rule", ["random", "evenly", "priority"])
def test_the_only_one_free_is_chosen(rule):
    assert chosen(rule, [PEOPLE[3]], {"dee": 800}, range(5)) == {"dee": 5}


def test_evenly_chooses_whoever_has_the_fewest_claimed_ticks():
    loads = {"ana": 12, "bo": 11, "cy": 12, "dee": 40, "eli": 100}
    assert chosen("evenly", loads=loads, seeds=range(100)) == {"bo": 100}


def test_evenly_somebody_without_a_ledger_has_nothing_on():
    loads = {name: 1 for name in NAMES if name != "cy"}
    assert chosen("evenly", loads=loads, seeds=range(100)) == {"cy": 100}


def test_evenly_spreads_at_random_among_those_who_have_the_same():
    counts = chosen("evenly", loads=dict.fromkeys(NAMES, 6))
    assert unevenness(counts) < CHI_SQUARE_999


def test_evenly_gives_everybody_the_same_number_in_the_end():
    ledgers = {name: Ledger() for name in NAMES}
    for visit in range(50):
        one = choose("evenly", PEOPLE, ledgers, f"seed-{visit}").id
        ledgers[one] = ledgers[one].claim(ones(6) << (visit * 6))
    assert {claimed_ticks(ledger) for ledger in ledgers.values()} == {60}


def test_evenly_counts_a_tick_claimed_twice_as_two_and_time_off_as_none():
    twice = Ledger().claim(0b11).claim(0b11)
    three = Ledger().claim(0b111)
    away = Ledger(off=ones(500), external=ones(500), held=(ones(500),))
    assert [claimed_ticks(one) for one in (twice, three, away)] == [4, 3, 0]
    ledgers = {"ana": twice, "bo": three}
    assert choose("evenly", PEOPLE[:2], ledgers, "seed").id == "bo"


def test_priority_chooses_the_lowest_number_among_those_free():
    people = [a_person(name, priority=number) for name, number in zip(NAMES, (3, 2, 1, 2, 3), strict=True)]
    assert chosen("priority", people, {"cy": 900}, range(100)) == {"cy": 100}
    assert set(chosen("priority", [one for one in people if one.id != "cy"], seeds=range(100))) == {"bo", "dee"}


def test_among_those_of_the_same_priority_chance_decides():
    people = [a_person(name, priority=7) for name in NAMES]
    assert unevenness(chosen("priority", people), people) < CHI_SQUARE_999
