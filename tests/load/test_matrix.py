"""A crowd at once, while answers are lost and calls break: as many winners as there is room, and everybody is told."""

from pathlib import Path

import pytest

from infra.local import pieces
from tests.load.matrix import NETWORKS, PARTIES, Network, run_cells
from tests.support.figures import say


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
async def test_crowds_are_told_the_truth_whatever_the_network_does(
    network: Network, azurite: pieces.Azurite, tmp_path: Path, *, is_full: bool
) -> None:
    for outcome in await run_cells(network, 1, azurite, tmp_path, PARTIES if is_full else 60):
        say(str(outcome))
        assert outcome.problems == []
        assert outcome.broken >= outcome.calls * network.rate / 2
