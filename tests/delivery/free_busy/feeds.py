"""Calendars in the shapes that well-known servers publish them in: seven servers, nine cases each."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta


PARIS = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:{since}0329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:{since}1025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@dataclass(frozen=True)
class Server:
    """How a server writes: `zone` as in TZID, with or without its definition; `more` lines in each event."""

    name: str
    product: str
    zone: str
    defines: bool = True
    header: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    says_busy_status: bool = False
    since: int = 1970
    end: str = "\r\n"
    folds_at: int = 75

    def says(self, standing: str) -> list[str]:
        """Return the lines that say how an event counts."""
        microsoft = {
            "busy": "BUSY",
            "free": "FREE",
            "tentative": "TENTATIVE",
            "away": "OOF",
            "elsewhere": "WORKINGELSEWHERE",
        }
        lines = ["STATUS:CANCELLED"] if standing == "cancelled" else []
        if standing == "tentative":
            lines.append("STATUS:TENTATIVE")
        if self.says_busy_status:
            lines.append(f"X-MICROSOFT-CDO-BUSYSTATUS:{microsoft.get(standing, 'BUSY')}")
            return [*lines, "TRANSP:OPAQUE"] if standing != "free" else lines
        return [*lines, "TRANSP:TRANSPARENT" if standing in ("free", "elsewhere") else "TRANSP:OPAQUE"]

    def moment(self, name: str, text: str, parameters: str = "") -> str:
        if len(text) == 8:
            return f"{name}{parameters};VALUE=DATE:{text}"
        zone = f'"{self.zone}"' if any(one in self.zone for one in ":;,") else self.zone
        return f"{name}{parameters}:{text}" if text.endswith("Z") else f"{name}{parameters};TZID={zone}:{text}"

    def event(self, number: int, given: dict) -> list[str]:
        lines = [
            "BEGIN:VEVENT",
            f"UID:{given.get('uid', number)}@{self.name.lower()}.example",
            "DTSTAMP:20260901T000000Z",
        ]
        lines.append(self.moment("DTSTART", given["start"]))
        lines.append(given["lasts"] if "lasts" in given else self.moment("DTEND", given["end"]))
        lines += [f"RRULE:{given['rule']}"] if "rule" in given else []
        lines += [self.moment("EXDATE", one) for one in given.get("without", ())]
        if "instead" in given:
            lines.append(self.moment("RECURRENCE-ID", given["instead"], given.get("range", "")))
        lines += (
            [f"ATTENDEE;CN=Anna;PARTSTAT={given['answer']}:mailto:Anna@clinic.example"]
            if "answer" in given
            else []
        )
        lines += [
            f"SUMMARY:{'Réunion – équipe, planning et suite; ' * 4}",
            *self.more,
            *self.says(given.get("is", "busy")),
        ]
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DURATION:PT1M", "END:VALARM", "END:VEVENT"]
        return lines

    def text(self, events: list[dict]) -> bytes:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{self.product}", *self.header]
        if self.defines:
            lines += PARIS.format(name=self.zone, since=self.since).split("\n")
        for number, given in enumerate(events):
            lines += self.event(number, given)
        return (
            self.end.join(part for line in [*lines, "END:VCALENDAR"] for part in self._folded(line)).encode()
            + self.end.encode()
        )

    def _folded(self, line: str) -> list[str]:
        cut = self.folds_at
        return [line[:cut], *(f" {line[at : at + cut]}" for at in range(cut, len(line), cut))]


SERVERS = [
    Server("Google", "-//Google Inc//Google Calendar 70.9054//EN", "Europe/Paris", header=("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:Anna", "X-WR-TIMEZONE:Europe/Paris"), more=("SEQUENCE:0", "DESCRIPTION:")),
    Server("Outlook", "-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "Romance Standard Time", header=("METHOD:PUBLISH", "X-CALSTART:20260901T000000Z"), more=("CLASS:PUBLIC", "PRIORITY:5"), says_busy_status=True, since=1601),
    Server("Exchange", "Microsoft Exchange Server 2010", "Romance Standard Time", defines=False, header=("METHOD:PUBLISH", "X-WR-CALNAME:Calendar"), more=("X-MICROSOFT-CDO-IMPORTANCE:1",), says_busy_status=True),
    Server("iCloud", "-//Apple Inc.//iOS 19.1//EN", "Europe/Paris", header=("CALSCALE:GREGORIAN", "X-APPLE-CALENDAR-COLOR:#FF2D55"), more=("X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",), end="\n"),
    Server("Nextcloud", "-//IDN nextcloud.com//Calendar app 5.1//EN", "Europe/Paris", defines=False, header=("REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-WR-CALNAME:Personal"), more=("CREATED:20260801T000000Z",)),
    Server("Proton", "-//Proton AG//WebCalendar 5.0//EN", "/proton.example/2026/Europe/Paris", folds_at=60, more=("SEQUENCE:1",), end="\n"),
    Server("Zimbra", "Zimbra-Calendar-Provider", "(GMT+01.00) Brussels / Copenhagen / Madrid / Paris", since=1971, more=("X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY", "LAST-MODIFIED:20260901T000000Z")),
]  # fmt: skip


def weekly(first: str, **more) -> dict:
    return {"start": f"{first}T090000", "end": f"{first}T100000", "rule": "FREQ=WEEKLY;COUNT=3", **more}


CASES = {
    "weekly at nine, over the change in October": (
        [weekly("20261019")],
        "2026-10-19 07:00-08:00, 2026-10-26 08:00-09:00, 2026-11-02 08:00-09:00",
    ),
    "weekly at nine, over the change in March": (
        [weekly("20270322", rule="FREQ=WEEKLY;BYDAY=MO;UNTIL=20270405T070000Z")],
        "2027-03-22 08:00-09:00, 2027-03-29 07:00-08:00, 2027-04-05 07:00-08:00",
    ),
    "whole days, one of 25 hours and one of 23": (
        [{"start": "20261025", "end": "20261026"}, {"start": "20270328", "end": "20270330"}],
        "2026-10-24 22:00-23:00+25, 2027-03-27 23:00-22:00+47",
    ),
    "nights without one, over the change in March": (
        [{"start": "20270326T220000", "end": "20270327T060000", "rule": "FREQ=DAILY;COUNT=4", "without": ["20270328T220000"]}],
        "2027-03-26 21:00-05:00+8, 2027-03-27 21:00-04:00+7, 2027-03-29 20:00-04:00+8",
    ),
    "one moved to another week, one cancelled": (
        [
            weekly("20261019", uid="w", rule="FREQ=WEEKLY;COUNT=4"),
            {"uid": "w", "start": "20261113T140000", "end": "20261113T150000", "instead": "20261026T090000"},
            {"uid": "w", "start": "20261102T090000", "end": "20261102T100000", "instead": "20261102T090000", "is": "cancelled"},
        ],
        "2026-10-19 07:00-08:00, 2026-11-09 08:00-09:00, 2026-11-13 13:00-14:00",
    ),
    "free, elsewhere, cancelled and declined, beside one away": (
        [
            weekly("20261019", **{"is": "free"}),
            weekly("20261020", **{"is": "elsewhere"}),
            weekly("20261021", **{"is": "cancelled"}),
            weekly("20261022", answer="DECLINED"),
            {"start": "20261023T120000", "end": "20261023T130000", "is": "away", "answer": "ACCEPTED"},
        ],
        "2026-10-23 10:00-11:00",
    ),
    "tentative ones, and one for five minutes and a bit": (
        [
            weekly("20261019", rule="FREQ=WEEKLY;COUNT=1", **{"is": "tentative"}),
            {"start": "20261025T033100", "lasts": "DURATION:PT5M", "end": ""},
        ],
        "2026-10-19 07:00-08:00, 2026-10-25 02:30-02:40",
    ),
    "later from one on": (
        [
            weekly("20261019", uid="w", rule="FREQ=WEEKLY;COUNT=4"),
            {"uid": "w", "start": "20261026T110000", "end": "20261026T123000", "instead": "20261026T090000", "range": ";RANGE=THISANDFUTURE"},
        ],
        "2026-10-19 07:00-08:00, 2026-10-26 10:00-11:30, 2026-11-02 10:00-11:30, 2026-11-09 10:00-11:30",
    ),
    "in UTC, in the repeated hour, and long ago": (
        [
            {"start": "20261025T003000Z", "end": "20261025T011500Z"},
            {"start": "19910107T080000", "end": "19910107T083000", "rule": "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=30"},
            {"start": "20200107T080000", "end": "20200107T083000"},
        ],
        "2026-10-25 00:30-01:15, 2026-10-30 07:00-07:30",
    ),
}  # fmt: skip


def minutes(expected: str) -> set[datetime]:
    """Return the starts of the ticks of "day from-to" in UTC; +n is how many hours it lasts instead."""
    found: set[datetime] = set()
    for one in expected.split(", "):
        day, times = one.split(" ")
        begins, _, rest = times.partition("-")
        ends, _, hours = rest.partition("+")
        start = datetime.fromisoformat(f"{day}T{begins}+00:00")
        end = start + timedelta(hours=int(hours)) if hours else datetime.fromisoformat(f"{day}T{ends}+00:00")
        found |= {start + timedelta(minutes=at) for at in range(0, int((end - start).total_seconds()) // 60, 5)}
    return found


@dataclass
class FiveYears:
    """A feed of five years: a few series, and many single events with long descriptions."""

    today: date
    lines: list[str] = field(default_factory=list)

    def text(self) -> bytes:
        self.lines += [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
            "X-WR-TIMEZONE:Europe/Paris",
        ]
        for number in range(20):
            first = self.today - timedelta(days=1800 - number * 60)
            self.add(f"s{number}", first, 7 + number % 9, ("RRULE:FREQ=WEEKLY",))
        for number in range(2300):
            self.add(f"e{number}", self.today + timedelta(days=number % 1825 - 1500), 8 + number % 10, ())
        return "\r\n".join([*self.lines, "END:VCALENDAR", ""]).encode()

    def add(self, uid: str, day: date, hour: int, more: tuple[str, ...]) -> None:
        stamp = f"{day:%Y%m%d}T{hour:02}"
        self.lines += [
            "BEGIN:VEVENT",
            f"DTSTART;TZID=Europe/Paris:{stamp}0000",
            f"DTEND;TZID=Europe/Paris:{stamp}4500",
            *more,
            "DTSTAMP:20260901T000000Z",
            f"UID:{uid}-0123456789abcdef0123456789@google.com",
            "CREATED:20260101T000000Z",
        ]
        self.lines += [
            "DESCRIPTION:" + "Ordre du jour\\, participants et notes. "[:36],
            *(f" {'Ordre du jour et notes de la réunion. ' * 2}"[:75] for _ in range(2)),
            "LAST-MODIFIED:20260801T000000Z",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "SUMMARY:Réunion",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
