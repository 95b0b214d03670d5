"""The visits of the report's table in their order, a page of them or all."""

from __future__ import annotations

from heapq import nlargest, nsmallest
from itertools import chain, islice
from typing import TYPE_CHECKING

from functions.console.reports.columns import COLUMNS
from shared.domain.reports.visit_columns import joined
from shared.domain.reports.visit_figures import VisitFilter


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from functions.console.reports.columns import Keys
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from functions.spreadsheets.workbook import SheetCell
    from shared.domain.reports.visit_columns import ReportedVisit, VisitColumns

PER_PAGE = 50


class Listed:
    """The visits of the table: those of the query's status, the latest first unless another order is asked for."""

    def __init__(self, scope: ReportScope, query: ReportQuery, found: Sequence[VisitColumns]) -> None:
        wanted = VisitFilter(status=query.status)
        self._scope, self._query = scope, query
        self._parts = [wanted.of(one) for one in found]

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def page(self) -> list[list[tuple[str, str]]]:
        """Return the cells of the page that is asked for, each with its text and a link where it has one."""
        scope, query, found = self._scope, self._query, []
        first = query.page * PER_PAGE
        for visit in islice(self._visits(first + PER_PAGE), first, first + PER_PAGE):
            href = {"meeting": scope.visit_link(visit.business, visit.meeting)}
            found.append([(COLUMNS[one].shown(visit, scope), href.get(one, "")) for one in query.shown])
        return found

    def cells(self) -> Iterator[list[SheetCell]]:
        """Yield the same for a workbook, with times, lengths and numbers as what they are."""
        scope, columns = self._scope, [COLUMNS[one] for one in self._query.shown]
        yield [scope.texts.gettext(one.label) for one in columns]
        for visit in self._visits(len(self)):
            yield [one.value(visit, scope) for one in columns]

    def table(self) -> Iterator[list[str]]:
        """Yield the heading and all rows as files have them."""
        scope, columns = self._scope, [COLUMNS[one] for one in self._query.shown]
        yield [scope.texts.gettext(one.label) for one in columns]
        for visit in self._visits(len(self)):
            yield [one.written(visit, scope) for one in columns]

    def _visits(self, most: int) -> Iterator[ReportedVisit]:
        """Yield the first visits, at most so many."""
        sort = self._query.sort or "-start"
        is_down, parts = sort.startswith("-"), self._parts
        if sort == "-start":  # each part has the visits by their start: only its last ones can be among them
            parts = [one.cut(max(len(one) - most, 0), len(one)) for one in parts]
        elif sort.removeprefix("-") != "start":
            parts = self._foremost(parts, COLUMNS[sort.removeprefix("-")].sorts, most, is_down=is_down)
        visits = joined(parts)
        order = sorted(range(len(visits)), key=visits.starts.__getitem__)
        if sort != "start":
            order.reverse()
        if sort.removeprefix("-") != "start":
            keys = COLUMNS[sort.removeprefix("-")].sorts(visits, self._scope)
            order.sort(key=keys.__getitem__, reverse=is_down)
        return map(visits.visit, order)

    def _foremost(
        self, parts: Sequence[VisitColumns], keys_of: Keys, most: int, *, is_down: bool
    ) -> list[VisitColumns]:
        """Return the visits that can be among the first by their keys, with all that are like the last of them."""
        if not 0 < most < len(self):
            return list(parts)
        keys = [keys_of(one, self._scope) for one in parts]
        last = (nlargest if is_down else nsmallest)(most, chain.from_iterable(keys))[-1]
        is_in = last.__le__ if is_down else last.__ge__
        return [one.compressed(list(map(is_in, some))) for one, some in zip(parts, keys, strict=True)]
