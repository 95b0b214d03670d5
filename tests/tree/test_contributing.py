"""What CONTRIBUTING says of the tree is so: every file and folder that it names is there."""

import re

from infra.local.pieces import ROOT


NAME = re.compile(r"`([\w./-]+(?:\.(?:py|html|md)|/))`")


def test_every_path_that_contributing_names_is_there():
    """A bare name stands in the folder of a path before it in the same line."""
    missing = []
    for line in (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8").splitlines():
        folders = [ROOT]
        for name in NAME.findall(line):
            found = next((one / name for one in reversed(folders) if (one / name).exists()), None)
            if found is None:
                missing.append(name)
            elif "/" in name:
                folders.append(found.parent)
    assert missing == []
