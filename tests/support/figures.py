"""What experiments measured: said in one line each, and printed where a test run ends."""

_lines: list[str] = []


def say(line: str) -> None:
    """Keep a line for the end of the run."""
    _lines.append(line)


def said() -> list[str]:
    return list(_lines)
