"""The figures of this process as Prometheus reads them, for the operator alone."""

from collections.abc import Iterator, Sequence

import azure.functions as func

from functions.http.boundary import api
from functions.http.events import FAMILIES, Labels
from functions.site.tasks import require_operator
from functions.wiring import services
from shared.records.table import Ambiguous
from shared.use_cases.maintenance.rounds import Rounds, read_rounds


KIND = "text/plain"


@api
async def show_metrics(req: func.HttpRequest) -> func.HttpResponse:
    """Answer with counts since the process began, and with the ages of the rounds."""
    require_operator(req)
    try:
        rounds = await read_rounds(services().store.table)
    except Ambiguous:
        rounds = None
    text = "".join(f"{line}\n" for line in _lines(rounds))
    return func.HttpResponse(text, mimetype=KIND, charset="utf-8")


def _lines(rounds: Rounds | None) -> Iterator[str]:
    for family in FAMILIES:
        yield from _family(f"openslot_{family.name}_total", "counter", family.what, family.samples())
    yield from _family("openslot_up", "gauge", "Whether the storage answers.", [({}, int(rounds is not None))])
    if rounds is not None:
        ages = {"timer": rounds.timer, "requests": rounds.requests, "sweep": rounds.sweep}
        known = [({"by": by}, age.total_seconds()) for by, age in ages.items() if age is not None]
        yield from _family(
            "openslot_round_age_seconds", "gauge", "How long ago the last round of each ended.", known
        )
        if whole := rounds.backup.whole:
            when = "When the last whole backup began."
            yield from _family("openslot_backup_seconds", "gauge", when, [({}, whole.timestamp())])


def _family(name: str, kind: str, what: str, samples: Sequence[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        shown = ",".join(f'{label}="{one}"' for label, one in labels.items())
        yield f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}"
