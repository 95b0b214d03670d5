"""requirements.txt, which is what gets installed in the cloud: it holds all that pyproject.toml asks for, by hash."""

import re
import tomllib

from packaging.requirements import Requirement

from infra.local.pieces import ROOT


ENTRY = re.compile(r"^(\w[^\n]*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def locked() -> list[str]:
    text = (ROOT / "requirements.txt").read_text()
    entries = ENTRY.findall(text)
    assert len(entries) == len(re.findall(r"^\w", text, re.MULTILINE)), "an entry has no hash"
    return [line for line, _ in entries]


def test_every_package_is_pinned_and_has_its_hashes():
    assert all(str(Requirement(line).specifier).startswith("==") for line in locked())


def test_what_the_app_uses_is_locked_at_the_version_that_it_names():
    pins = {one.name: one.specifier for one in map(Requirement, locked())}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {one.name: one.specifier for one in map(Requirement, project["dependencies"])}
    assert {name: pins.get(name) for name in wanted} == wanted


def test_no_address_of_a_registry_is_kept():
    assert "://" not in (ROOT / "requirements.txt").read_text()
