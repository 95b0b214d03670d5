"""How `make test` shares the tests between two cores: what goes together, in which order, and what waits for browsers."""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController


TOGETHER = ("graph_sdk", "load")  # each has one system, which all of its tests use
BROWSER = "tests/browser/"  # a worker that runs any of these files has a system of its own for all of them
# Browsers take longest, and wait much: both workers begin with them. Then what is one process; crowds last.
ORDER = (
    "browser",
    "simulation",
    "functions",
    "use_cases",
    "domain",
    "delivery",
    "storage",
    "graph_sdk",
    "host",
    "load",
)
NEEDS_MORE = ("browser", "graph_sdk", "host", "load", "simulation")  # than a process of its own, or more patience
FEW = 2  # tests that a worker still has when it is to be given more: it runs none before it knows the next


def area(nodeid: str) -> str:
    """Return the folder below `tests`."""
    return nodeid.split("/")[1]


def place(nodeid: str) -> int:
    """Return where in the order a test stands; what has no place there is short, and comes before what starts others."""
    return ORDER.index(area(nodeid)) if area(nodeid) in ORDER else ORDER.index("graph_sdk")


class Scopes(LoadScopeScheduling):
    """Hands out one file after another, and whole folders where tests share a system; crowds never beside browsers."""

    def _split_scope(self, nodeid: str) -> str:
        return area(nodeid) if area(nodeid) in TOGETHER else nodeid.split("::", maxsplit=1)[0]

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        super().mark_test_complete(node, item_index, duration)
        for other in self.nodes:  # one of them may have waited for this
            self._reschedule(other)

    def _reschedule(self, node: WorkerController) -> None:
        beside = [work for one, work in self.assigned_work.items() if one is not node]
        is_crowd_next = next(iter(self.workqueue), "") == "load"
        if is_crowd_next and any(_has_browser(work) for work in beside):
            return
        super()._reschedule(node)


def _has_browser(work: dict[str, dict[str, bool]]) -> bool:
    """Return whether a worker still has tests in browsers to run."""
    return any(scope.startswith(BROWSER) and False in done.values() for scope, done in work.items())
