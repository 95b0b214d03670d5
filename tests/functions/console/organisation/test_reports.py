"""Usage reports are turned off and on for the organisation; what was kept is erased by a second action."""

import pytest

from shared.domain.reports.report_mail import OrganisationReportMail
from shared.use_cases.reports.leave_report import leave_token
from tests.functions.console.organisation.app import BASE, HEAD, REPORT_FIELDS, headquarters, words_of
from tests.functions.console.reports.test_report import VISITS, file
from tests.support.builders import SECRET


SETTINGS, ERASE = f"{BASE}/reports", f"{BASE}/reports/erase"
REPORT = "/console/calendars/biz0clinic/reports"


@pytest.fixture
async def world():
    found = await headquarters()
    await file(found, *VISITS)
    return found


async def save(world, **changed):
    return await world.send(HEAD, SETTINGS, **{**REPORT_FIELDS, **changed})


async def turn(world, state: str) -> None:
    answer = await save(world, has_analytics=state)
    assert answer.status == 303, words_of(answer)


def kept(world) -> int:
    return len(world.table.rows("facts", "biz0clinic"))


@pytest.mark.parametrize("path", [SETTINGS, ERASE])
async def test_only_the_organisations_administrators_decide(world, path):
    assert (await world.open("ada", path)).status == 403
    assert (await world.send("ada", path, has_analytics="off", sure="yes")).status == 403
    assert ((await world.settings()).has_analytics, kept(world)) == (True, len(VISITS))


async def test_off_hides_the_report_and_on_shows_it_again(world):
    assert f'href="{REPORT}"' in (await world.open("ada", "/console/calendars/biz0clinic")).body.decode()
    await turn(world, "off")
    hidden = await world.open("ada", REPORT)
    assert (hidden.status, b"turned usage reports off" in hidden.body) == (403, True)
    assert f'href="{REPORT}"' not in hidden.body.decode()
    assert f'href="{SETTINGS}"' in (await world.open(HEAD, REPORT)).body.decode()
    assert kept(world) == len(VISITS)  # until it is erased
    await turn(world, "yes")
    assert (await world.open("ada", REPORT)).status == 200


async def test_what_was_kept_is_erased_once_it_is_confirmed(world):
    await turn(world, "off")
    unsure = await world.send(HEAD, ERASE)
    assert (unsure.status, b"Select this box to erase it" in unsure.body) == (422, True)
    assert kept(world) == len(VISITS)
    done = await world.send(HEAD, ERASE, sure="yes")
    assert done.status == 303
    assert "All that was kept for reports has been erased." in words_of(
        await world.open(HEAD, done.headers["Location"])
    )
    assert kept(world) == 0
    assert "Data of reports erased" in words_of(await world.open(HEAD, f"{BASE}/audit"))


async def test_how_long_visits_are_kept_is_chosen_and_shown(world):
    assert "How long it is kept: As long as their calendar." in words_of(await world.open("ada", REPORT))
    answer = await save(world, report_days="365")
    assert answer.status == 303
    assert (await world.settings()).report_days == 365
    assert "How long it is kept: 1 year." in words_of(await world.open("ada", REPORT))
    assert "Visits are kept for" in words_of(await world.open(HEAD, f"{BASE}/audit"))
    wrong = await world.send(HEAD, SETTINGS, has_analytics="yes", report_days="-1")
    assert (wrong.status, "Choose one of these" in words_of(wrong)) == (422, True)


async def test_nothing_is_erased_while_reports_are_on(world):
    answer = await world.send(HEAD, ERASE, sure="yes")
    assert (answer.status, b"Turn the reports off first" in answer.body) == (422, True)
    assert kept(world) == len(VISITS)


async def test_the_report_of_all_calendars_is_mailed_to_who_is_named(world):
    html = (await world.open(HEAD, "/console/reports")).body.decode()
    assert f'href="{SETTINGS}#report-mail"' in html
    assert f'href="{SETTINGS}#report-mail"' not in (await world.open("ada", "/console/reports")).body.decode()
    answer = await save(
        world, every="month", readers="Ada <ada@a.example>", mail_zone="Europe/Paris", mail_language="pt-BR"
    )
    assert answer.status == 303
    mail = (await world.settings()).report_mail
    assert (mail.every, mail.readers, mail.since) == ("month", ("ada@a.example",), world.now)
    assert (mail.time_zone, mail.language) == ("Europe/Paris", "pt-BR")
    shown = words_of(await world.open(HEAD, SETTINGS))
    assert "Report of all calendars by email" in shown
    token = leave_token(SECRET, "organisation", "ada@a.example", world.now)
    asked = await world.call("GET", f"/report-mail/{token}")
    assert "The report of all calendars is sent to ada@a.example." in words_of(asked)
    assert (await world.call("POST", f"/report-mail/{token}", body=b"")).status == 303
    gone = words_of(await world.call("GET", f"/report-mail/{token}"))
    assert "The report of all calendars isn’t sent to you." in gone
    assert (await world.settings()).report_mail.readers == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"every": "week"}, "Enter the address of a reader"),
        ({"readers": "ada@"}, "isn’t an email address"),
        ({"mail_zone": "Mars/Base"}, "Choose a time zone from the list"),
        ({"mail_language": "xx"}, "Choose one of these"),
    ],
)
async def test_what_is_wrong_with_the_report_by_mail_is_said(world, fields, said):
    answer = await save(world, **fields)
    assert (answer.status, said in words_of(answer)) == (422, True)
    assert (await world.settings()).report_mail == OrganisationReportMail()
