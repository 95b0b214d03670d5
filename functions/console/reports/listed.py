"""The visits of the report's table in their order, a page of them or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.reports.columns import COLUMNS
from shared.domain.reports.no_shows import of_hour
from shared.domain.reports.visit_columns import joined
from shared.domain.reports.visit_order import page_by_keys, page_by_start


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from functions.spreadsheets.workbook import SheetCell
    from shared.domain.reports.ranks import RankedPlace
    from shared.domain.reports.visit_columns import ReportedVisit, VisitColumns

PER_PAGE = 50
BY_NAMES = ("service", "staff")  # of several calendars they are read once it is known which have visits


class SeenPart(NamedTuple):
    """A part of the visits, those of it that are listed, and what they are sorted by."""

    whole: VisitColumns
    listed: VisitColumns
    keys: Sequence[Any]


class Listed:
    """The visits of the table, limited as the query says; the latest first unless another order is asked for."""

    def __init__(self, scope: ReportScope, query: ReportQuery) -> None:
        self._scope, self._first = scope, query.page * PER_PAGE
        self._wanted, self._hour, sort = query.listed, query.hour, query.sort or "-start"
        self._is_down, self.sort = sort.startswith("-"), sort.removeprefix("-")
        self._seen: list[SeenPart] = []
        self._chosen: list[RankedPlace] | None = None

    @property
    def can_choose(self) -> bool:
        """Return whether the order of the visits can be told as soon as their columns are read."""
        return self.sort not in BY_NAMES or self._scope.one is not None

    def choose(self, parts: Sequence[VisitColumns]) -> set[int]:
        """Return which parts have visits of the page. The parts of the last choice are those that are shown."""
        self.look_at(parts, self._scope)
        self._chosen = self._places()
        return {one.part for one in self._chosen}

    def look_at(self, parts: Sequence[VisitColumns], scope: ReportScope) -> None:
        """List these visits, with the names that a scope has."""
        known = {id(one.whole): one for one in self._seen}
        self._scope = scope
        self._seen = [known.get(id(one)) or self._look(one) for one in parts]

    def _look(self, part: VisitColumns) -> SeenPart:
        listed = self._wanted.of(part)
        if self._hour:
            listed = of_hour(listed, self._hour, self._scope.zone)
        return SeenPart(part, listed, COLUMNS[self.sort].sorts(listed, self._scope))

    def __len__(self) -> int:
        return sum(len(one.listed) for one in self._seen)

    def page(self, columns: Sequence[str]) -> list[list[tuple[str, str]]]:
        """Return the cells of the page that is asked for, each with its text and a link where it has one."""
        scope, found = self._scope, []
        for part, place in self._places() if self._chosen is None else self._chosen:
            visit = self._seen[part].listed.visit(place)
            href = {"meeting": scope.visit_link(visit.business, visit.meeting)}
            found.append([(COLUMNS[one].shown(visit, scope), href.get(one, "")) for one in columns])
        return found

    def cells(self, columns: Sequence[str]) -> Iterator[list[SheetCell]]:
        """Yield all for a workbook, with times, lengths and numbers as what they are."""
        scope, shown = self._scope, [COLUMNS[one] for one in columns]
        yield [scope.texts.gettext(one.label) for one in shown]
        for visit in self._all():
            yield [one.value(visit, scope) for one in shown]

    def table(self, columns: Sequence[str]) -> Iterator[list[str]]:
        """Yield the heading and all rows as files have them."""
        scope, shown = self._scope, [COLUMNS[one] for one in columns]
        yield [scope.texts.gettext(one.label) for one in shown]
        for visit in self._all():
            yield [one.written(visit, scope) for one in shown]

    def _places(self) -> list[RankedPlace]:
        """Return where the visits of the page are."""
        first, parts = self._first, [one.listed for one in self._seen]
        if self.sort == "start":
            return page_by_start(parts, first, PER_PAGE, is_down=self._is_down)
        keys = [one.keys for one in self._seen]
        return page_by_keys(parts, keys, first, PER_PAGE, is_down=self._is_down)

    def _all(self) -> Iterator[ReportedVisit]:
        """Yield all visits in order."""
        visits = joined([one.listed for one in self._seen])
        order = sorted(range(len(visits)), key=visits.starts.__getitem__)
        if self.sort != "start" or self._is_down:
            order.reverse()
        if self.sort != "start":
            keys = COLUMNS[self.sort].sorts(visits, self._scope)
            order.sort(key=keys.__getitem__, reverse=self._is_down)
        return map(visits.visit, order)
