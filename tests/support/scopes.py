"""How `make test` shares the tests out: what goes together, in which order, and what waits for browsers."""

import sys

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController


TOGETHER = ("graph_sdk", "load")  # each has one system, which all of its tests use
BROWSER = "tests/browser/"  # a worker that runs any of these files has a system of its own for all of them
# Browsers take longest, and wait much: two workers begin with them, while a third has what is one process. Crowds have
# one worker at the end, while the others wait for hosts.
ORDER = (
    "browser",
    "simulation",
    "functions",
    "use_cases",
    "domain",
    "delivery",
    "storage",
    "load",
    "graph_sdk",
    "host",
)
NEEDS_MORE = ("browser", "graph_sdk", "host", "load", "simulation")  # than a process of its own, or more patience
SYSTEMS = 2  # browsers with a system of their own that run at once: a third would make each of them late
HELD = 1  # a worker does not run its last test before it knows the next


def area(nodeid: str) -> str:
    """Return the folder below `tests`."""
    return nodeid.split("/")[1]


def place(nodeid: str) -> int:
    """Return where in the order a test stands; what has no place there is short, and comes before what starts others."""
    return ORDER.index(area(nodeid)) if area(nodeid) in ORDER else ORDER.index("graph_sdk")


class Scopes(LoadScopeScheduling):
    """Hands out one file after another, and whole folders where tests share a system; crowds not beside browsers."""

    def _split_scope(self, nodeid: str) -> str:
        return area(nodeid) if area(nodeid) in TOGETHER else nodeid.split("::", maxsplit=1)[0]

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        super().mark_test_complete(node, item_index, duration)
        for other in self.nodes:  # one of them may have waited for this
            self._reschedule(other)

    def _reschedule(self, node: WorkerController) -> None:
        if not self.workqueue or self._next(node):
            super()._reschedule(node)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if scope := self._next(node):
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _next(self, node: WorkerController) -> str:
        """Return what a worker may have next; empty while all that is left must wait for browsers elsewhere."""
        beside = sum(_has_browser(work) for one, work in self.assigned_work.items() if one is not node)
        return next((scope for scope in self.workqueue if beside < _most_beside(scope)), "")


def _most_beside(scope: str) -> int:
    """Return how many other workers may have browsers, and one more, while a worker runs it."""
    return 1 if scope == "load" else SYSTEMS if scope.startswith(BROWSER) else sys.maxsize


def _has_browser(work: dict[str, dict[str, bool]]) -> bool:
    """Return whether a worker still has tests in browsers to run, beside one that it may hold."""
    left = [scope for scope, done in work.items() for is_done in done.values() if not is_done]
    return len(left) > HELD and any(scope.startswith(BROWSER) for scope in left)
