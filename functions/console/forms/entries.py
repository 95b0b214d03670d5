"""Pages of the entries of a list in the settings, such as groups and dates: one for each, and one to add them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from functions.console.forms.save import show_or_save


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.forms.form import SettingsForm

InList = TypeVar("InList")


@dataclass(frozen=True)
class EntryPages:
    """The pages of a list, whose address `back` returns and whose name is `back_label`."""

    context: CalendarContext
    section: str
    back: Callable[..., str]
    back_label: str

    async def add(
        self,
        form: SettingsForm[InList],
        blank: InList,
        save: Callable[[Callable[[InList], InList]], Awaitable[object]],
        heading: str,
    ) -> func.HttpResponse:
        """Show the form of another entry, or add it: `save` gets what makes it of the `blank` one."""
        return await self._page(form, blank, save, heading, "added", self.context.texts.gettext("Add"))

    async def change(
        self,
        form: SettingsForm[InList],
        entry: InList,
        save: Callable[[Callable[[InList], InList]], Awaitable[object]],
        heading: str,
    ) -> func.HttpResponse:
        """Show the form of an entry, or save it."""
        return await self._page(form, entry, save, heading, "saved", "")

    async def _page(
        self,
        form: SettingsForm[InList],
        entry: InList,
        save: Callable[[Callable[[InList], InList]], Awaitable[object]],
        heading: str,
        news: str,
        submit: str,
    ) -> func.HttpResponse:
        return await show_or_save(
            self.context,
            form,
            entry,
            save,
            section=self.section,
            heading=heading,
            template="console/settings/dated.html",
            submit=submit,
            done=self.back(news=news),
            back=self.back(),
            back_label=self.back_label,
        )
