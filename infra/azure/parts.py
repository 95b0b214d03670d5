"""List what a package is made of: an SBOM in CycloneDX, and the licences in NOTICE.

Nothing from npm is in a package: the scripts and styles are our own, and esbuild only puts them together.
"""

from __future__ import annotations

import json
from importlib.metadata import distributions
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5


if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.metadata import PackageMetadata
    from pathlib import Path

SPEC = "1.6"
OWN = "https://openslot.example"
OSI = "License :: OSI Approved :: "
COPYLEFT = ("LGPL", "Lesser General Public", "MPL", "Mozilla Public")
LICENCE_FILES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


class Part(NamedTuple):
    """A package from PyPI that is within ours; `licence` is an SPDX expression where it names one."""

    name: str
    version: str
    licence: str
    is_expression: bool
    home: str
    texts: tuple[tuple[str, str], ...]

    @property
    def purl(self) -> str:
        """Return its package URL."""
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"

    @property
    def is_copyleft(self) -> bool:
        """Return whether its licence asks that changes of it are published."""
        return any(word in self.licence for word in COPYLEFT)


def parts_in(packages: Path) -> list[Part]:
    """Return the packages in a folder, by name."""
    found = distributions(path=[str(packages)])
    return sorted(
        (
            Part(
                one.metadata["Name"],
                one.version,
                *_licence(one.metadata),
                _home(one.metadata),
                tuple(
                    (file.name, file.read_text("utf-8"))
                    for file in one.files or ()
                    if ".dist-info" in file.parts[0] and file.name.upper().startswith(LICENCE_FILES)
                ),
            )
            for one in found
        ),
        key=lambda part: part.name.lower(),
    )


def _licence(metadata: PackageMetadata) -> tuple[str, bool]:
    if expression := metadata.get("License-Expression"):
        return str(expression), True
    classified = [one for one in metadata.get_all("Classifier") or [] if one.startswith("License ::")]
    if classified:
        return ", ".join(one.rpartition(" :: ")[2] for one in classified), False
    stated = str(metadata.get("License") or "").strip().partition("\n")[0]
    return stated or "not stated", False


def _home(metadata: PackageMetadata) -> str:
    urls = [one.partition(", ")[2] for one in metadata.get_all("Project-URL") or []]
    return str(metadata.get("Home-page") or (urls[0] if urls else ""))


def bill_of(parts: Sequence[Part], version: str) -> str:
    """Return the SBOM as JSON; the same parts give the same text."""
    components = [
        {
            "type": "library",
            "bom-ref": one.purl,
            "name": one.name,
            "version": one.version,
            "purl": one.purl,
            "licenses": [
                {"expression": one.licence} if one.is_expression else {"license": {"name": one.licence}},
            ],
        }
        for one in parts
    ]
    own = {"type": "application", "bom-ref": "openslot", "name": "openslot", "version": version}
    whole = {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, OWN + version + json.dumps(components))}",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": [{"ref": "openslot", "dependsOn": [one.purl for one in parts]}],
    }
    return json.dumps(whole, indent=2) + "\n"


def notice_of(parts: Iterable[Part], version: str) -> str:
    """Return who made the parts and under which licences, with the texts that come with them."""
    listed = list(parts)
    lines = [f"Openslot {version} contains these packages:", ""]
    lines += [f"{one.name} {one.version}: {one.licence}{f' ({one.home})' if one.home else ''}" for one in listed]
    if copyleft := [f"{one.name} ({one.licence})" for one in listed if one.is_copyleft]:
        lines += ["", "Changes of these have to be published; they are as their authors released them, and can be"]
        lines += ["replaced in .python_packages:", *(f"  {one}" for one in copyleft)]
    for one in listed:
        for name, text in one.texts:
            lines += ["", "=" * 80, f"{one.name} {one.version}: {name}", "=" * 80, "", text.strip()]
    return "\n".join(lines) + "\n"
