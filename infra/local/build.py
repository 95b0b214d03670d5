"""Builds what is never committed: catalogues, mails, styles, scripts, compiled pages. Skips what is up to date.

    python -m infra.local.build

Mail templates are MJML with Jinja in their texts and attributes; a condition around whole components sits in
`<mj-raw>{% if … %}</mj-raw>`, and Jinja holds no `<`. Files named `_…` are parts for `<mj-include>`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "shared/delivery/templates"
BUILT = ROOT / "shared/delivery/built"
ASSETS = ROOT / "functions/assets"
STATIC = ROOT / "functions/static"
NODE = ROOT / ".venv/node/node"
PACKAGES = ROOT / "infra/local/node_modules/@expo-google-fonts"
FONTS = (
    "inter/400Regular/*.ttf",
    "inter/700Bold/*.ttf",
    "noto-sans-arabic/400Regular/*.ttf",
    "noto-sans-arabic/700Bold/*.ttf",
)
FONTS_BUILT = ROOT / "shared/presentation/built/fonts"
SCRIPT = Path(__file__).with_name("build.mjs")


class BuildFailed(Exception):
    """A source cannot be built; the message names it."""


def main() -> int:
    try:
        made = build_catalogues() + build_mail() + build_fonts() + build_assets() + build_pages()
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    if made:
        print(f"  built {', '.join(made)}")
    return 0


def build_catalogues() -> list[str]:
    sources = sorted(ROOT.glob("shared/i18n/*/LC_MESSAGES/*.po"))
    stale = [po for po in sources if not _is_newer(po.with_suffix(".mo"), [po])]
    for source in stale:
        _compile_catalogue(source)
    return [f"{po.parts[-3]}.mo" for po in stale]


def _compile_catalogue(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        with source.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except PoFileError as bad:
        raise BuildFailed(f"{source.relative_to(ROOT)}: {bad}") from None
    fresh = source.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(source.with_suffix(".mo"))


def build_mail() -> list[str]:
    parts = sorted(TEMPLATES.glob("**/*.mjml"))
    wanted = {BUILT / f"{part.stem}.html": part for part in parts if not part.name.startswith("_")}
    for old in set(BUILT.glob("*.html")) - set(wanted):
        old.unlink()
    stale = [target for target in wanted if not _is_newer(target, parts)]
    for target in stale:
        _compile_mail(wanted[target], target)
    return [target.name for target in stale]


def _compile_mail(source: Path, target: Path) -> None:
    from mjml import mjml2html

    def part(path: str) -> str:
        return (source.parent / path.removeprefix("file://")).read_text("utf-8")

    try:
        html = mjml2html(source.read_text("utf-8"), disable_comments=True, fonts={}, include_loader=part)
    except ValueError as bad:
        raise BuildFailed(f"{source.relative_to(ROOT)}: {bad}") from None
    target.parent.mkdir(exist_ok=True)
    target.write_text(html, "utf-8")


def build_fonts() -> list[str]:
    """Copy the fonts of printed pages, which are under the Open Font License and come from npm."""
    sources = {file.name: file for name in FONTS for file in sorted(PACKAGES.glob(name))}
    if len(sources) < len(FONTS):
        raise BuildFailed(f"{PACKAGES}: the fonts of printed pages are missing; run make setup")
    FONTS_BUILT.mkdir(parents=True, exist_ok=True)
    stale = [name for name, source in sources.items() if not _is_same(FONTS_BUILT / name, source)]
    for name in stale:
        shutil.copyfile(sources[name], FONTS_BUILT / name)
    return ["fonts"] if stale else []


def build_assets() -> list[str]:
    """By content of the sources, as a file that went away leaves no newer one behind."""
    from functions.booking.embed_texts import embed_texts
    from functions.pages.zone_names import zone_names

    made = json.dumps({"texts": embed_texts(), "files": zone_names()}, ensure_ascii=False)
    sources = _digest([SCRIPT, *sorted(f for f in ASSETS.rglob("*") if f.is_file())])
    stamp, state = STATIC / ".sources", sources + hashlib.sha256(made.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == state:
        return []
    done = subprocess.run([NODE, SCRIPT, ASSETS, STATIC], check=False, capture_output=True, text=True, input=made)
    if done.returncode:
        raise BuildFailed(done.stderr)
    stamp.write_text(state)
    return ["styles and scripts"]


def build_pages() -> list[str]:
    """Compile the templates of the pages, so that no first visitor waits for it."""
    from jinja2.bccache import Bucket

    from functions.pages.render import COMPILED, HERE, environment

    templates = HERE / "templates"
    sources = sorted(templates.rglob("*.html"))
    stamp, state = COMPILED / ".sources", _digest([*sources, HERE / "pages/render.py"]) + sys.version
    if stamp.exists() and stamp.read_text() == state:
        return []
    env = environment("en")
    COMPILED.mkdir(exist_ok=True)
    for source in sources:
        name = source.relative_to(templates).as_posix()
        text, filename, _ = env.loader.get_source(env, name)
        bucket = Bucket(env, name, env.bytecode_cache.get_source_checksum(text))
        bucket.code = env.compile(text, name, filename)
        (COMPILED / name).parent.mkdir(exist_ok=True)
        with (COMPILED / name).open("wb") as file:
            bucket.write_bytecode(file)
    stamp.write_text(state)
    return ["page templates"]


def _is_same(target: Path, source: Path) -> bool:
    return target.exists() and target.stat().st_size == source.stat().st_size


def _is_newer(target: Path, sources: list[Path]) -> bool:
    return target.exists() and all(target.stat().st_mtime >= source.stat().st_mtime for source in sources)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{os.path.relpath(file, ROOT)}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
