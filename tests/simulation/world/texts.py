"""A provider of SMS in bad weather: away, slow, silent; reports late, twice and in any order; STOP at any moment."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.appointments.messages import Message, OutboxEntry, SentMessage
from shared.domain.appointments.sent_sms import SentSms, SmsStatus
from shared.domain.calendar.business import Calendar
from shared.records.codec import load, load_row
from shared.records.keys import SMS, failed_key
from shared.records.table import Ambiguous, Stale
from shared.use_cases.context import Context
from shared.use_cases.messages.references import read_reference
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.take_reply import take_reply
from shared.use_cases.sms.take_report import take_report
from shared.use_cases.sms.texter import SmsHandover
from tests.simulation.world.clinic import BUSINESS, a_clinic
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.mail_reports import ReportingPost
from tests.simulation.world.run import EPOCHS, Run
from tests.support.builders import SECRET


SENDER = "+15005550006"
READING = timedelta(seconds=40)  # from asking whether somebody wants SMS until handing one over, at the worst
TRIES = 30
FAR = datetime(2100, 1, 1, tzinfo=UTC)
NIGHT = 12  # hours for which a reminder may wait


def number_of(client: str) -> str:
    """Return the number of c7@example.com."""
    return f"+336123456{int(client.partition('@')[0][1:]):02d}"


@dataclass(frozen=True, slots=True)
class TextArrived:
    """An SMS that the provider has taken."""

    called: datetime
    at: datetime
    message: Message
    handover: SmsHandover
    was_answered: bool

    @property
    def name(self) -> tuple[object, ...]:
        """Return what is the same of two that say the same."""
        one = self.message
        start = one.appointment.start if one.appointment else None
        return one.to, one.uid, one.sequence, one.kind, start


class Carrier:
    """The one provider of all instances. What it reports of an SMS is decided once."""

    def __init__(self, run: "TextRun", dice: random.Random) -> None:
        self.run, self.dice = run, dice
        self.arrived: list[TextArrived] = []
        self.taken: dict[str, list[tuple[SmsStatus, str]]] = defaultdict(list)
        self.tasks: set[asyncio.Task[None]] = set()
        self.forgets = 0.02 if run.plan.forgets else 0.0
        self.latest = 0.0  # seconds within which all reports come, if that is how it is

    def sender_for(self, number: str) -> str:
        return SENDER if number else ""

    async def say(self, handover: SmsHandover, text: str) -> None:
        raise AssertionError(f"answers are confirmed by the page that takes them, and not here: {text}")

    async def send(self, message: Message, handover: SmsHandover, now: datetime) -> None:
        called = self.run.service.clock()
        await asyncio.sleep(
            self.dice.uniform(1, 15) if self.dice.random() < 0.03 else self.dice.uniform(0.02, 0.3)
        )
        if self.run.post.is_away:
            raise MailUnavailable("connection refused")
        if self.dice.random() < 0.02:
            raise MailUnavailable("429", timedelta(seconds=20))
        if self.dice.random() < 0.01:
            raise NotAccepted("unreachable")
        forgotten = self.dice.random() < self.forgets
        self.arrived.append(TextArrived(called, self.run.service.clock(), message, handover, not forgotten))
        self.later(self.report(handover.reference))
        if forgotten:
            await asyncio.sleep(15)
            raise MailUnavailable("TimeoutError")

    def later(self, work: Any) -> None:
        self.tasks.add(task := asyncio.create_task(work))
        task.add_done_callback(self.tasks.discard)

    async def report(self, reference: str) -> None:
        """Report nothing, or one thing, or two that contradict each other; each maybe twice, late and at once."""
        roll = self.dice.random()
        wants: list[SmsStatus] = ["delivered"] if roll < 0.6 else ["failed"] if roll < 0.8 else []
        wants += ["failed", "delivered"] if 0.8 <= roll < 0.9 else []
        many, at_once = self.dice.choice((1, 1, 3)), self.dice.uniform(0.5, 3) if self.dice.random() < 0.5 else 0.0
        reports = [self.tell(reference, one, at_once) for one in wants for _ in range(many)]
        await asyncio.gather(*reports)

    async def tell(self, reference: str, status: SmsStatus, delay: float) -> None:
        late = self.dice.random() < 0.2
        usual = self.dice.uniform(0, 900) if late else self.dice.expovariate(1 / 2)
        await asyncio.sleep(self.dice.uniform(0, self.latest) if self.latest else delay or usual)
        reason: Any = "unreachable" if status == "failed" else ""
        for _ in range(TRIES):
            one = self.dice.choice(self.run.instances)
            with suppress(Ambiguous, Stale, Lost):
                taken = await one.call(take_report(reference, status, reason, store=one.store, secret=SECRET))
                self.taken[reference].append((status, taken))
                return
            await asyncio.sleep(self.dice.uniform(0, 4))


class Phone:
    """A customer's telephone: now and then it says STOP or START, and its network repeats what it said before."""

    def __init__(self, run: "TextRun", client: str) -> None:
        self.run, self.dice, self.number = run, run.dice, number_of(client)
        self.said: list[tuple[str, str]] = []
        self.stopped: list[tuple[datetime, datetime]] = []  # from when it counts, until it may not any more
        self.told = Counter[str]()

    async def live(self, is_done: Any, pause: float) -> None:
        while not is_done():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            roll = self.dice.random()
            if roll < 0.45 and self.said:
                await self._say(*self.dice.choice(self.said))  # a copy, which changes nothing
            elif self.is_stopped:
                self.stopped[-1] = (self.stopped[-1][0], self.run.service.clock())
                await self._say("START", f"{self.number} {len(self.said)}")
            elif await self._say("STOP", f"{self.number} {len(self.said)}"):
                self.stopped.append((self.run.service.clock(), FAR))

    @property
    def is_stopped(self) -> bool:
        return bool(self.stopped) and self.stopped[-1][1] == FAR

    async def _say(self, text: str, message: str) -> bool:
        """Say it until it is answered; its network gives up at some time."""
        if (text, message) not in self.said:
            self.said.append((text, message))
        for _ in range(TRIES):
            one = self.dice.choice(self.run.instances)
            with suppress(Ambiguous, Stale, Lost):
                run = take_reply(self.number, text, message, context=Context(one.store, SECRET, one.now()))
                self.told[message] += bool(await one.call(run))
                return True
            await asyncio.sleep(self.dice.uniform(0, 4))
        return False


class TextInstance(Instance):
    """A process whose customers get SMS."""

    carrier: Carrier

    async def drain(self, store: Any, worker: str, **more: Any) -> None:
        await super().drain(store, worker, texter=self.carrier, **more)


class TextRun(Run):
    """The world of one seed, with SMS for half of the customers."""

    def __init__(self, plan: Any) -> None:
        super().__init__(replace(plan, instance=plan.instance))
        self.carrier = Carrier(self, random.Random(self.dice.random()))
        weather = {"forgets": plan.forgets, "slow": plan.slow_mail}
        self.post: ReportingPost = ReportingPost(self, random.Random(f"mail {plan.seed}"), **weather)
        self.phones = {
            f"c{number}@example.com": number_of(f"c{number}@example.com") for number in range(0, plan.clients, 2)
        }
        self.telephones = [Phone(self, client) for client in self.phones]

    def calendar(self) -> Calendar:
        calendar = a_clinic(most_open=self.plan.most_open)
        services = {name: one.model_copy(update={"send_sms": True}) for name, one in calendar.services.items()}
        return replace(calendar, services=services)

    def _instance(self, name: str) -> Instance:
        one = super()._instance(name)
        assert isinstance(one, TextInstance)
        one.carrier = self.carrier
        return one

    def more_lives(self) -> list[Any]:
        return [one.live(self._is_done, 90) for one in self.telephones]

    def _hours_ahead(self) -> int:
        return super()._hours_ahead() + (NIGHT if self.epoch != EPOCHS[0] else 0)

    async def findings(self) -> list[str]:
        await asyncio.gather(*self.carrier.tasks, *self.post.tasks)
        problems = await super().findings()
        found = (self._after_stop(), self._reports(), self.post.problems(), self._twice(), self._newest())
        return problems or [one for each in found for one in each]

    def _after_stop(self) -> Iterator[str]:
        for phone in self.telephones:
            for since, until in phone.stopped:
                for one in self.carrier.arrived:
                    if one.message.to == phone.number and since + READING < one.called and one.at < until:
                        yield f"{phone.number} said STOP at {since}, and got {one.message.kind} at {one.at}"
            if any(count > 1 for count in phone.told.values()):
                yield f"{phone.number} had an answer confirmed twice"

    def _reports(self) -> Iterator[str]:
        """The first report that was taken stands, and what was not delivered is shown."""
        rows = {row.key: load_row(SentSms, row) for row in self.service.rows("bookings", BUSINESS, SMS)}
        for reference, told in self.carrier.taken.items():
            about = read_reference(SECRET, "sms", reference)
            assert about is not None
            taken = [status for status, how in told if how == "taken"]
            sent = rows.get(about.key)
            if sent is None:
                continue  # its sender never learnt that it was taken, and has sent another
            if not {how for _, how in told} <= {"taken", "known"} or sent.status not in {one for one, _ in told}:
                yield f"{about.key} is {sent.status} after {told}"
            if len(taken) > 1 or (taken and taken[0] != sent.status):
                yield f"{about.key} had {taken}, and is {sent.status}"
            for work in self._told_by(about.key, sent) if sent.is_undelivered else ():
                row = self.service.row(failed_key(work), BUSINESS)
                shown = load(OutboxEntry, row.values).recipients if row else ()
                if "phone" not in {one.kind for one in shown}:
                    yield f"nobody is shown that {about.key}, sent for {work}, was not delivered"

    @property
    def left_out(self) -> int:
        """Return how many SMS were left out for one that was not delivered."""
        rows = ((row.key, load_row(SentSms, row)) for row in self.service.rows("bookings", BUSINESS, SMS))
        return sum(len([*self._told_by(key, sent)]) - 1 for key, sent in rows if sent.is_undelivered)

    def _told_by(self, key: str, sent: SentSms) -> Iterator[str]:
        """Yield the keys of all entries of which an SMS told: of reminders, those that were left out for it."""
        yield sent.work
        for other in sent.also:
            note = self.service.row(other.note, BUSINESS) if other.note else None
            if not other.note or (note and load(SentMessage, note.values).sms == key):
                yield other.work

    def _twice(self) -> Iterator[str]:
        """With a crash a minute an SMS may come twice; seldom, as its sender died between two steps."""
        counted = Counter(one.name for one in self.carrier.arrived if one.was_answered)
        again = sum(count - 1 for count in counted.values())
        if again > max(1 + self.crashes // 3, len(self.carrier.arrived) // 50):
            yield f"{again} of {len(self.carrier.arrived)} SMS came twice"

    def _newest(self) -> Iterator[str]:
        """Who wants SMS and never said STOP knows by them how their appointments stand."""
        silent = {one.number for one in self.telephones if not one.said} if self.plan.drain else set()
        told: dict[str, int] = defaultdict(int)
        for one in self.carrier.arrived:
            if one.message.kind in ("confirmation", "change", "cancellation"):
                told[one.message.uid] = max(told[one.message.uid], one.message.sequence)
        refused = {one.seat for one in self._refused()}
        for appointment in self.watch.appointments.values():
            seat = appointment.seat
            if seat is None or seat.id in refused or not seat.wants_sms or seat.customer.phone not in silent:
                continue
            if told[seat.id] != seat.version and seat.status != "moved":
                yield f"{seat.customer.phone} knows version {told[seat.id]} of {seat.id}, which is at {seat.version}"

    def _refused(self) -> list[SentSms]:
        """Return those that the provider refused at once."""
        found = [load_row(SentSms, row) for row in self.service.rows("bookings", BUSINESS, SMS)]
        return [one for one in found if one.status == "failed"]
