"""Words that are a calendar's own, and a reader of HTML that tells which language each is said to be in."""

from html.parser import HTMLParser


OWN = "Vôtre"
VOID = {"meta", "link", "input", "img", "br", "hr"}


class Reader(HTMLParser):
    """Collects what is shown of the calendar's own words, with the language that it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag):
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if OWN in data and self.open[-1][0] != "title":
            self.found.append((self.open[-1][1], data.strip()))


def own(name):
    return f"{OWN} {name}"
