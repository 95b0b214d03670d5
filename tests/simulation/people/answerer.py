"""Two screens on which an answer, the name of a group or a picture is changed at once, and none is lost unseen."""

import asyncio
from collections.abc import Callable
from random import Random

from tests.simulation.people.clients import Crowd
from tests.simulation.people.staff_desk import StaffDesk


class Answerer:
    """One of the crowd, whose dice are their own: the others do in a run what they would without them."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self.crowd, self.dice = crowd, Random(f"answerer {seed}")

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        orders = StaffDesk(self.crowd.desk)
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            words = [f"w{self.dice.randrange(10**6)}" for _ in range(2)]
            asked = [*map(orders.write_answer, words), *map(orders.name_group, words), *map(orders.picture, words)]
            self.crowd.past += asked
            await asyncio.gather(*(self.crowd.desk.ask(one) for one in asked), return_exceptions=True)
