"""What the docs say of the Graph API is run as it is printed, but for the port and the token."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import httpx
import pytest


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
ROOT = Path(__file__).parents[2]


def program() -> str:
    docs = (ROOT / ".github" / "docs" / "graph.md").read_text("utf-8")
    return re.search(r"```python\n(.*?)```", docs, re.DOTALL)[1]


def set_up() -> str:
    section = (ROOT / ".github/docs/graph.md").read_text("utf-8").partition("## Set a calendar up")[2]
    return re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1]


async def run(*command: str, **environment: str) -> list[str]:
    """Return the lines that a command prints. Raises AssertionError with its complaints where it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return said.decode().splitlines()


async def test_the_ten_lines_list_the_calendars_of_the_running_app(app, business, tmp_path):
    printed = program()
    assert len([line for line in printed.splitlines() if line.strip()]) == 10
    assert printed.count("http://localhost:7071/v1.0") == 1
    script = tmp_path / "calendars.py"
    script.write_text(printed.replace("http://localhost:7071/v1.0", app.root), "utf-8")
    assert "Contoso has 0 appointments" in await run(sys.executable, str(script), TOKEN=app.token())


async def test_the_commands_of_the_docs_publish_a_calendar(app):
    printed = set_up()
    assert printed.count("http://localhost:7071/v1.0") == 1
    commands = re.sub(r"^TOKEN=.*$", "", printed, flags=re.MULTILINE)
    assert commands != printed
    script = commands.replace("http://localhost:7071/v1.0", app.root)
    *_, address = await run("bash", "-e", "-o", "pipefail", "-c", script, TOKEN=app.token())
    async with httpx.AsyncClient() as browser:
        page = await browser.get(address)
    assert page.status_code == 200
    assert "Check-up" in page.text
