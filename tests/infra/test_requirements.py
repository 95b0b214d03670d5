"""What gets installed in the cloud, plain or with an extra: all that pyproject.toml asks for, by hash."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from infra.local.pieces import ROOT


ENTRY = re.compile(r"^(\w[^\n]*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


FILES = {"requirements.txt": (), "infra/requirements-otel.txt": ("otel",)}
every = pytest.mark.parametrize("file", FILES)


def locked(file: str) -> dict[str, Requirement]:
    text = (ROOT / file).read_text()
    entries = ENTRY.findall(text)
    assert len(entries) == len(re.findall(r"^\w", text, re.MULTILINE)), "an entry has no hash"
    return {one.name: one for one in (Requirement(line) for line, _ in entries)}


@every
def test_every_package_is_pinned_and_has_its_hashes(file):
    assert all(str(one.specifier).startswith("==") for one in locked(file).values())


@every
def test_what_the_app_uses_is_locked_at_the_version_that_it_names(file):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for extra in FILES[file] for line in project["optional-dependencies"][extra]]
    wanted = {one.name: one.specifier for one in map(Requirement, [*project["dependencies"], *extras])}
    found = locked(file)
    assert {name: found[name].specifier for name in wanted if name in found} == wanted


def test_an_extra_changes_nothing_else():
    plain, more = (locked(file) for file in FILES)
    assert {name: more.get(name) for name in plain} == plain


@every
def test_no_address_of_a_registry_is_kept(file):
    assert "://" not in (ROOT / file).read_text()
