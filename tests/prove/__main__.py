"""The long experiments: what `make test` runs a part of, the matrix of crowds and networks, and the simulation until
there were enough commands.

`dates` runs the tests of pages, hosts and Graph at the turns of the calendar, under a shifted clock. `browsers` runs
the pages in Firefox and WebKit, and the room between Chromium and Firefox. `office` opens slides and spreadsheets in
LibreOffice. `package` makes what is
deployed to the cloud, and books on it; `azure` has the template and the workflows read by checkov and zizmor. `trust` tries a
million forged tokens, 20,000 mutated forms and 20,000 generated requests. `report` compares the numbers of reports with
plain counts, of 10,000 days.
`upgrade` books, meets and mails through the last released version and this one at the same tables.
"""

import argparse
import functools
import sys

from tests.prove.azure import prove_azure
from tests.prove.browsers import prove_browsers
from tests.prove.dates import prove_dates
from tests.prove.full import prove_full
from tests.prove.matrix import prove_matrix
from tests.prove.office import prove_office
from tests.prove.package import prove_package
from tests.prove.report import prove_report
from tests.prove.simulation import Goal, prove
from tests.prove.trust.every import prove_trust
from tests.prove.upgrade import prove_upgrade


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument(
        "only",
        nargs="?",
        choices=(
            "full",
            "matrix",
            "simulation",
            "dates",
            "report",
            "browsers",
            "office",
            "package",
            "azure",
            "trust",
            "upgrade",
        ),
        help="one of these; else the first three",
    )
    parser.add_argument("--commands", type=int, default=2_000_000, help="how many to simulate")
    parser.add_argument("--hours", type=float, default=1000.0, help="how many to simulate at least")
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="after which the simulation ends anyhow")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--first", type=int, default=1000, help="the first seed of the simulation")
    parser.add_argument("--histories", type=int, default=300, help="how many to check for linearizability")
    parser.add_argument("--seeds", type=int, default=3, help="of the matrix")
    parser.add_argument("--moment", default="", help="words in the names of the dates to run")
    parser.add_argument("--days", type=int, default=10_000, help="of reports to compare")
    parser.add_argument("--share", type=float, default=1.0, help="of the tokens, forms and requests to try")
    chosen = parser.parse_args()
    if chosen.only == "dates":
        return 0 if prove_dates(chosen.moment, chosen.workers) else 1
    if chosen.only == "browsers":
        return 0 if prove_browsers() else 1
    if chosen.only == "office":
        return 0 if prove_office() else 1
    if chosen.only == "azure":
        return 0 if prove_azure() else 1
    if chosen.only == "upgrade":
        return 0 if prove_upgrade() else 1
    if chosen.only == "trust":
        return 0 if prove_trust(chosen.share, chosen.first) else 1
    if chosen.only == "report":
        return 0 if prove_report(chosen.days, chosen.first, functools.partial(print, flush=True)) else 1
    if chosen.only == "package":
        return 0 if prove_package() else 1
    is_right = True
    if chosen.only in (None, "full"):
        is_right &= prove_full()
    if chosen.only in (None, "matrix"):
        is_right &= prove_matrix(range(1, chosen.seeds + 1))
    if chosen.only in (None, "simulation"):
        goal = Goal(chosen.commands, chosen.hours, chosen.minutes, chosen.histories)
        tell = functools.partial(print, flush=True)
        is_right &= not prove(goal, chosen.workers, chosen.first, tell)
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
