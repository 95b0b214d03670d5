"""The matrix of crowds and networks with several seeds, against a table service of its own."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.local import pieces
from tests.load.matrix import NETWORKS, run_cells
from tests.prove.full import CLIENTS


def prove_matrix(seeds: Sequence[int]) -> bool:
    """Print every cell and what was wrong in it; tell whether all were right."""
    return asyncio.run(_prove(seeds))


async def _prove(seeds: Sequence[int]) -> bool:
    is_right = True
    async with pieces.azurite() as azurite:
        for seed in seeds:
            os.environ["OPENSLOT_TABLE_CLIENT"] = CLIENTS[seed % len(CLIENTS)]  # which the app inherits
            for network in NETWORKS:
                with tempfile.TemporaryDirectory() as folder:
                    outcomes = await run_cells(network, seed, azurite, Path(folder))
                for outcome in outcomes:
                    print(outcome, flush=True)
                    print(*(f"  WRONG: {problem}\n" for problem in outcome.problems), sep="", end="")
                    is_right &= not outcome.problems
    return is_right
