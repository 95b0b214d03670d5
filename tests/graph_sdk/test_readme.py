"""What the README says of the Graph SDK is run as it is printed, but for the port."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
README = Path(__file__).parents[2] / "README.md"


def program() -> str:
    section = README.read_text("utf-8").partition("## Use it with the Graph SDK")[2].partition("\n## ")[0]
    return re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]


async def test_the_ten_lines_list_the_calendars_of_the_running_app(app, business, tmp_path):
    printed = program()
    assert len([line for line in printed.splitlines() if line.strip()]) == 10
    assert printed.count("http://localhost:7071/v1.0") == 1
    script = tmp_path / "calendars.py"
    script.write_text(printed.replace("http://localhost:7071/v1.0", app.root), "utf-8")
    run = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        env={**os.environ, "TOKEN": app.token()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await run.communicate()
    assert run.returncode == 0, complaints.decode()
    assert "Contoso has 0 appointments" in said.decode().splitlines()
