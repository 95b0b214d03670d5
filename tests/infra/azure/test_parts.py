"""What a package is made of is listed: each part with its version and licence, and the same twice."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest

from infra.azure.parts import Part, bill_of, notice_of, parts_in
from infra.local.pieces import ROOT


PACKAGES = Path(aiohttp.__file__).parents[1]


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    return parts_in(PACKAGES)


@pytest.mark.walk
def test_every_package_that_is_required_is_a_part_with_a_licence(parts):
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#")) and "sys_platform" not in line and "python" not in line
    }
    known = {one.name.lower().replace("_", "-"): one for one in parts}
    assert pinned
    assert [one for one in pinned if one not in known] == []
    assert [one for one in pinned if known[one].licence == "not stated"] == []


@pytest.mark.walk
def test_the_sbom_names_each_part_and_is_the_same_twice(parts):
    bill = json.loads(bill_of(parts, "1.2.3"))
    assert [bill["bomFormat"], bill["specVersion"], len(bill["components"])] == ["CycloneDX", "1.6", len(parts)]
    assert all(one["purl"].startswith("pkg:pypi/") and one["licenses"] for one in bill["components"])
    assert len({one["bom-ref"] for one in bill["components"]}) == len(parts)
    assert bill_of(parts, "1.2.3") == bill_of(parts_in(PACKAGES), "1.2.3")


def test_the_notice_has_the_licences_with_their_texts_and_names_copyleft(parts):
    part = next(one for one in parts if one.name == "aiohttp")
    text = notice_of([part, part._replace(name="other", licence="LGPL-3.0-or-later")], "1.2.3")
    assert f"aiohttp {part.version}: Apache-2.0" in text
    assert "Apache License" in text
    assert "Changes of these have to be published" in text
    assert "other (LGPL-3.0-or-later)" in text
