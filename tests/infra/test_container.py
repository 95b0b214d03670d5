"""The examples for machines without Azure: what they name is there, and systemd takes its units."""

import re
import shutil
import subprocess

import pytest
import yaml

from functions import routes
from functions.settings.app import KNOWN
from infra.azure.package import PYTHON
from infra.local.pieces import ROOT


FOLDER = ROOT / "infra/container"
WORKED = [path for path in sorted(FOLDER.iterdir()) if path.suffix in (".service", ".timer")]


def test_the_image_is_of_the_packages_python_and_leaves_the_timers_to_a_clock():
    text = (FOLDER / "Dockerfile").read_text()
    assert f"python:4-python{PYTHON}" in text
    off = set(re.findall(r"AzureWebJobs\.(\w+)\.Disabled=true", text))
    assert off == {one.name for one in routes.TIMERS}


def test_the_clocks_call_what_is_there():
    paths = {route.template for route in routes.ROUTES if "POST" in route.methods}
    for name in ("compose.yaml", "openslot-due.service"):
        (path,) = re.findall(r"http://[\w.:]+/(\S+?)['\s]", (FOLDER / name).read_text())
        assert path in paths


def test_the_example_names_settings_that_there_are():
    names = {line.partition("=")[0] for line in (FOLDER / "openslot.env.example").read_text().splitlines()}
    assert names <= KNOWN


def test_compose_can_be_read():
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    assert (ROOT / services["openslot"]["build"]["dockerfile"]).is_file()
    assert services["openslot"]["ports"] == ["127.0.0.1:7071:80"], "only a proxy of this machine reaches it"


def test_backups_are_kept_outside_the_container():
    lines = (FOLDER / "openslot.env.example").read_text().splitlines()
    place = dict(line.split("=", 1) for line in lines)["OPENSLOT_BACKUPS"]
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    assert f"{place}:{place}" in services["openslot"]["volumes"]
    assert f" -v {place}:{place}:Z " in (FOLDER / "openslot.service").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("unit", WORKED, ids=lambda path: path.name)
def test_systemd_takes_the_units(unit):
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if unit.name in line and "podman" not in line]
    assert ours == []
