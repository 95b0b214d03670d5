"""POST /api/{business}/appointments: each wrong member named, what is not offered refused, nothing left behind."""

import pytest

from shared.domain.calendar.service import AskedQuestion, Question
from tests.support.builders import a_key
from tests.support.edge import SERVICES, a_booking, clinic


URL = "/api/clinic/appointments"
LONGEST_CUSTOMER = {
    "name": "\U0001f600" * 120,
    "email": "a" * 64 + "@" + "b" * 60 + "." + "c" * 60 + ".example",
    "notes": '"' * 4000,
}


def customer(**changes):
    return {"customer": {"name": "Ana", "email": "ana@example.com", **changes}}


LONG = "x" * 4001
WRONG = [
    ({"status": "booked"}, {"/status"}),
    ({"price": 0, "staffNotes": "x"}, {"/price", "/staffNotes"}),
    ({"time_zone": "UTC"}, {"/time_zone"}),
    (customer(isAdmin=True), {"/customer/isAdmin"}),
    ({"customer": {}}, {"/customer/name"}),
    ({"customer": {"name": "Ana"}}, {"/customer/email"}),
    ({"customer": "Ana"}, {"/customer"}),
    (customer(name="  "), {"/customer/name"}),
    (customer(name="x" * 121), {"/customer/name"}),
    (customer(name="Ana\r\nBcc: x@example.com"), {"/customer/name"}),
    (customer(name="\u202eanA"), {"/customer/name"}),
    (customer(name="Ana\u0000"), {"/customer/name"}),
    (customer(name="An\u2028a"), {"/customer/name"}),
    (customer(name="\u200b\u00ad"), {"/customer/name"}),
    (customer(name="Ana\ue000"), {"/customer/name"}),
    (customer(email="nobody"), {"/customer/email"}),
    (customer(email="a@b.example,c@d.example"), {"/customer/email"}),
    (customer(email="a@b.example\nBcc: c@d.example"), {"/customer/email"}),
    (customer(email=f"{'x' * 250}@example.com"), {"/customer/email"}),
    (customer(phone="call me"), {"/customer/phone"}),
    (customer(phone="+ (--) --"), {"/customer/phone"}),
    (customer(notes=LONG), {"/customer/notes"}),
    (customer(notes="a\u0007"), {"/customer/notes"}),
    (customer(address="a street"), {"/customer/address"}),
    (customer(name=7), {"/customer/name"}),
    ({"answers": {"why": "curious"}}, {"/answers/why"}),
    ({"answers": {"a/b~c": "x"}}, {"/answers/a~1b~0c"}),
    ({"answers": {"why": 7}}, {"/answers/why"}),
    ({"answers": ["x"]}, {"/answers"}),
    ({"consent": "yes"}, {"/consent"}),
    ({"timeZone": "Mars/Olympus"}, {"/timeZone"}),
    ({"timeZone": "localtime"}, {"/timeZone"}),
    ({"language": "x\n"}, {"/language"}),
    ({"language": "../etc"}, {"/language"}),
    ({"refId": "a b"}, {"/refId"}),
    ({"staff": ["claire"]}, {"/staff"}),
    ({"staff": "vera"}, {"/staff"}),
    ({"staff": "nobody"}, {"/staff"}),
    ({"staff": ""}, {"/staff"}),
    ({"service": "x" * 61}, {"/service"}),
    ({"service": "detailed"}, {"/customer/phone", "/answers/before"}),
    ({"service": "detailed", **customer(phone="12345"), "answers": {"before": "Maybe"}}, {"/answers/before"}),
    (
        {"service": "detailed", **customer(phone="12345"), "answers": {"before": "Yes", "why": "x" * 2001}},
        {"/answers/why"},
    ),
]


@pytest.mark.parametrize(("changes", "pointers"), WRONG)
async def test_each_wrong_member_is_named(world, changes, pointers):
    answer = await world.book(**changes)
    assert answer.status == 422
    assert set(answer.errors) == pointers
    assert all(answer.errors.values())


NO_MOMENT = [
    "2027-01-12",
    "2027-01-12T10:00:00",
    "1800000000",
    "tomorrow",
    "",
    "0001-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "2027-01-12T10:00:00+24:00",
    "2027-01-12T10:00:60Z",
    "2027-01-12T25:00:00Z",
    "2027-02-30T10:00:00Z",
    "2027-01-12T10:00:00[Europe/Paris]",
    "1970-12-31T10:00:00Z",
    "2201-01-01T10:00:00Z",
    "2027-01-12T10:00:00.Z",
]
REFUSED = [
    ("2027-01-10T10:00:00+01:00", "outside-lead-time"),
    ("1999-01-01T10:00:00Z", "outside-lead-time"),
    ("2027-05-12T10:00:00+02:00", "outside-lead-time"),
    ("2190-01-12T10:00:00+02:00", "outside-lead-time"),
    ("2027-01-12T10:07:00+01:00", "not-offered"),
    ("2027-01-12T10:00:30+01:00", "not-offered"),
    ("2027-01-12T10:00:00.000001+01:00", "not-offered"),
    ("2027-01-12T20:00:00+01:00", "not-offered"),
    ("2027-01-17T10:00:00+01:00", "not-offered"),
]


@pytest.mark.parametrize("start", NO_MOMENT)
async def test_what_is_no_moment_within_reach_is_no_start(world, start):
    answer = await world.book(start)
    assert (answer.status, list(answer.errors)) == (422, ["/start"])


@pytest.mark.parametrize("start", [7, True, None, {}, 1.8e9])
async def test_a_start_is_a_text(world, start):
    answer = await world.call("POST", URL, {**a_booking(), "start": start}, idempotency_key=a_key())
    assert (answer.status, list(answer.errors)) == (422, ["/start"])


@pytest.mark.parametrize(("start", "code"), REFUSED)
async def test_what_is_not_offered_is_refused_with_its_reason(world, start, code):
    for service in ("solo", "course"):
        answer = await world.book(start, service=service)
        assert (answer.status, answer.json()["type"]) == (422, f"/problems/{code}")
        assert list(answer.errors) == ["/start"]


async def test_nothing_that_was_refused_leaves_half_an_appointment(world):
    before = {row.key for row in world.table.rows("bookings", "biz0clinic")}
    for changes, _ in WRONG:
        await world.book(**changes)
    kinds = {
        row.key.partition("|")[0] for row in world.table.rows("bookings", "biz0clinic") if row.key not in before
    }
    assert kinds.isdisjoint({"A", "S", "D", "C", "X", "M", "L", "G", "Z"})


def asked_much(questions):
    asked = [Question(id=f"q{n}", text="Tell us more") for n in range(questions)]
    service = SERVICES[1].model_copy(update={"questions": tuple(AskedQuestion(id=one.id) for one in asked)})
    calendar = clinic()
    return type(calendar)(calendar.business, {"solo": service}, calendar.staff, {one.id: one for one in asked})


async def test_a_box_has_one_answer_and_it_is_published(world):
    box = Question(id="box", text="I bring it", kind="checkbox", required=True)
    service = SERVICES[1].model_copy(update={"questions": (AskedQuestion(id="box"),)})
    calendar = clinic()
    await world.save(type(calendar)(calendar.business, {"solo": service}, calendar.staff, {"box": box}))
    shown = (await world.call("GET", "/api/clinic")).json()["services"]
    assert [asked["options"] for one in shown for asked in one["questions"] if asked["id"] == "box"] == [["yes"]]
    for text in ("no", "false", "YES"):
        answer = await world.book(service="solo", answers={"box": text})
        assert (answer.status, answer.errors) == (422, {"/answers/box": "not one of the choices"})
    assert (await world.book(service="solo", answers={"box": "yes"})).status == 201


@pytest.mark.parametrize(
    ("letter", "count", "fits"),
    [
        *(("x", 700, True), ("x", 900, False), ("x", 1990, False), ("\u00e9", 700, True)),
        *(('"', 300, True), ('"', 500, False), ("\n", 500, False)),
        *(("\U0001f600", 300, True), ("\U0001f600", 500, False)),
    ],
)
async def test_all_answers_together_must_fit_into_a_row(world, letter, count, fits):
    """A text of the table service has 32,768 UTF-16 units at most, and JSON escapes quotes and ends of lines."""
    await world.save(asked_much(20))
    answers = {f"q{n}": f"a{letter * count}z" for n in range(20)}
    answer = await world.book(service="solo", answers=answers, customer=LONGEST_CUSTOMER)
    if fits:
        assert answer.status == 201
    else:
        assert (answer.status, answer.errors) == (422, {"/answers": "too long"})


async def test_the_longest_answers_to_a_few_questions_fit(world):
    await world.save(asked_much(7))
    answers = {f"q{n}": "\u00e9" * 2000 for n in range(7)}
    answer = await world.book(service="solo", answers=answers, customer=LONGEST_CUSTOMER)
    assert answer.status == 201
