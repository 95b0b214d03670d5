"""The workflows: actions that cannot change under us, no more rights than needed, nothing of a stranger in a shell."""

import re
from copy import deepcopy

import pytest
import yaml

from infra.local.pieces import ROOT


FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
RIGHTS = {
    "test": {"contents": "read"},
    "weaknesses": {},
    "package": {"contents": "read"},
    "deploy": {"id-token": "write"},
}


def mistakes(workflow):
    """Yield what is wrong with a workflow."""
    triggers = workflow[True]  # YAML takes "on" for a truth
    if "pull_request_target" in triggers or "workflow_run" in triggers:
        yield "a stranger's code would run with our rights"
    if workflow.get("permissions") not in ({}, {"contents": "read"}):
        yield "all jobs have more rights than they need"
    for name, job in workflow["jobs"].items():
        if not set(job.get("permissions", {}).items()) <= set(RIGHTS[name].items()):
            yield f"{name} has more rights than it needs"
        if "timeout-minutes" not in job:
            yield f"{name} may run for ever"
        for step in job["steps"]:
            uses = step.get("uses", "")
            if uses and not PINNED.fullmatch(uses):
                yield f"{uses} is not pinned by its commit"
            if (
                uses.startswith("actions/checkout")
                and step.get("with", {}).get("persist-credentials") is not False
            ):
                yield f"{name} leaves its token on the disk"
            if "${{" in step.get("run", ""):
                yield f"{name} puts an expression into a shell"


def read(path):
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_has_no_mistake(path):
    assert list(mistakes(read(path))) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_pin_says_which_version_it_is(path):
    lines = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines)


SEEDED = {
    "a tag": lambda w: w["jobs"]["test"]["steps"][0].update(uses="actions/checkout@v4"),
    "a stranger's code": lambda w: w[True].update(pull_request_target=None),
    "rights for all": lambda w: w.update(permissions="write-all"),
    "rights for one": lambda w: w["jobs"]["test"].update(permissions={"contents": "write"}),
    "a token on the disk": lambda w: w["jobs"]["test"]["steps"][0].pop("with"),
    "an expression in a shell": lambda w: w["jobs"]["test"]["steps"].append(
        {"run": "echo ${{ github.head_ref }}"}
    ),
    "no end": lambda w: w["jobs"]["deploy"].pop("timeout-minutes"),
}


@pytest.mark.parametrize("seed", SEEDED)
def test_a_seeded_mistake_is_caught(seed):
    workflow = deepcopy(read(ROOT / ".github/workflows/deploy.yml"))
    SEEDED[seed](workflow)
    assert list(mistakes(workflow)) != []


def test_what_deploys_has_the_package_that_was_booked_on():
    steps = [
        step.get("run", "") for step in read(ROOT / ".github/workflows/deploy.yml")["jobs"]["package"]["steps"]
    ]
    assert "make prove ARGS=package" in steps
