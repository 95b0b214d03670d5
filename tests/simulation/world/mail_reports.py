"""What the mail provider reports of letters: early, late, twice, contradictory, or never."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.domain.appointments.mail_report import MailStatus
from shared.domain.appointments.messages import Message, OutboxEntry, SentMessage
from shared.records.codec import load, load_row
from shared.records.keys import SENT, failed_key
from shared.records.table import Ambiguous, Stale
from shared.use_cases.context import Context
from shared.use_cases.messages.references import read_reference
from shared.use_cases.messages.take_mail_report import take_mail_report
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Lost
from tests.simulation.world.post import Post
from tests.support.builders import SECRET


if TYPE_CHECKING:
    from tests.simulation.world.texts import TextRun

TRIES, LONGEST_PAUSE = 30, 60.0


class ReportingPost(Post):
    """The one mail provider of all instances, which says later what became of a letter to a customer."""

    def __init__(self, run: "TextRun", dice: random.Random, **more: float) -> None:
        super().__init__(run.service, dice, **more)
        self.run, self.own_dice, self.reports = run, random.Random(dice.random()), True
        self.known: set[str] = set()
        self.taken: dict[str, list[tuple[MailStatus, str]]] = defaultdict(list)
        self.tasks: set[asyncio.Task[None]] = set()

    async def deliver(self, letter: Message, now: datetime) -> None:
        try:
            await super().deliver(letter, now)
        finally:
            is_there = any(one.letter is letter for one in self.arrived[-20:])
            if letter.role == "customer" and is_there and letter.reference not in self.known:
                self.known.add(letter.reference)
                self._later(self._report(letter.reference))

    def _later(self, work: Any) -> None:
        self.tasks.add(task := asyncio.create_task(work))
        task.add_done_callback(self.tasks.discard)

    async def _report(self, reference: str) -> None:
        roll, dice = self.own_dice.random(), self.own_dice
        wants: list[MailStatus] = ["delivered"] if roll < 0.5 else ["failed"] if roll < 0.7 else []
        wants += ["failed", "delivered"] if 0.7 <= roll < 0.9 else []
        many, at_once = dice.choice((1, 1, 3)), dice.uniform(0.5, 3) if dice.random() < 0.5 else 0.0
        await asyncio.gather(*(self._tell(reference, one, at_once) for one in wants for _ in range(many)))

    async def _tell(self, reference: str, status: MailStatus, delay: float) -> None:
        dice, pause = self.own_dice, 1.0
        await asyncio.sleep(delay or (dice.uniform(0, 900) if dice.random() < 0.2 else dice.expovariate(1 / 2)))
        at = self.run.service.clock()
        for _ in range(TRIES):
            one = dice.choice(self.run.instances)
            context = Context(one.store, SECRET, one.now())
            with suppress(Ambiguous, Stale, Lost):
                reason: Any = "bounced" if status == "failed" else ""
                taken = await one.call(take_mail_report(reference, status, reason, at, context=context))
                self.taken[reference].append((status, taken))
                return
            await asyncio.sleep(dice.uniform(0, pause := min(2 * pause, LONGEST_PAUSE)))

    def problems(self) -> Iterator[str]:
        """The first report that was taken stands, and what was not delivered is shown."""
        notes = {row.key: load_row(SentMessage, row) for row in self.run.service.rows("bookings", BUSINESS, SENT)}
        for reference, told in self.taken.items():
            about = read_reference(SECRET, "mail", reference)
            assert about is not None
            taken, note = [status for status, how in told if how == "taken"], notes.get(about.key)
            if note is None or note.which != about.which:
                continue  # its sender never learnt that it was taken, or has told of something newer
            if len(taken) > 1 or (taken and taken[0] != note.report):
                yield f"{about.key} had {taken}, and is {note.report}"
            if note.report == "failed":
                row = self.run.service.row(failed_key(note.work), BUSINESS)
                shown = load(OutboxEntry, row.values).recipients if row else ()
                if "customer" not in {one.kind for one in shown}:
                    yield f"nobody is shown that {about.key} was not delivered"
