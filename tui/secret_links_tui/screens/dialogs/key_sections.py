"""Every key, in sections: for help, and for the README."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from secret_links_tui import keys
from secret_links_tui.key_map import KeyPlace
from secret_links_tui.screens.dialogs.base import Dialog
from secret_links_tui.screens.dialogs.change import ChangeLinks
from secret_links_tui.screens.dialogs.check_clipboard import CheckClipboard
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.deleted_links import DeletedLinks
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.event_type_form import EventTypeForm
from secret_links_tui.screens.dialogs.event_types import EventTypes
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.go_to import GoTo
from secret_links_tui.screens.dialogs.help import Help
from secret_links_tui.screens.dialogs.messages import Messages
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.screens.dialogs.progress import Progress
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.widgets.event_type_choice import EventTypeChoice
from secret_links_tui.widgets.filter_bar import SearchInput
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.names_field import NamesField
from secret_links_tui.widgets.table.row_table import RowTable
from secret_links_tui.widgets.zone_field import ZoneField

_ALWAYS = "In every dialog"

SECTION_OF: dict[type[object], str] = {
    GenerateLinks: "In Generate",
    ReissueLinks: "In Reissue",
    ChangeLinks: "In Change",
    Details: "In the details of a link",
    Confirm: "In a question",
    DeletedLinks: "In Deleted links",
    EventTypes: "In Event types",
    EventTypeForm: "In the form of an event type",
    ChoosePreferences: "In Preferences",
    Messages: "In Messages",
    GoTo: "In Go to",
    CheckClipboard: "In the check of the clipboard",
    Progress: "While many links are deleted",
}
"""The section at which help opens in a dialog."""


@dataclass(frozen=True, slots=True)
class KeySection:
    """The keys of one place."""

    title: str
    bindings: Sequence[Binding]


def key_sections(everywhere: Iterable[BindingType]) -> list[KeySection]:
    """Returns all sections; `everywhere` are the keys of the app."""
    groups: list[tuple[str, Iterable[BindingType]]] = [
        ("Links", keys.LINKS),
        ("Which links, and their order", keys.WHICH),
        ("In the search", SearchInput.BINDINGS),
        ("Selecting", (*keys.SELECTING, *LinkTable.BINDINGS)),
        ("Moving", (*RowTable.BINDINGS, *keys.MOVING)),
        ("The program", (*keys.PROGRAM, *everywhere)),
        (_ALWAYS, Dialog.BINDINGS),
        (SECTION_OF[GenerateLinks], (*GenerateLinks.BINDINGS, *EventTypeChoice.BINDINGS, *NamesField.BINDINGS)),
        (SECTION_OF[ReissueLinks], ReissueLinks.BINDINGS),
        (SECTION_OF[ChangeLinks], ChangeLinks.BINDINGS),
        (SECTION_OF[Details], Details.BINDINGS),
        (SECTION_OF[Confirm], Confirm.BINDINGS),
        (SECTION_OF[DeletedLinks], DeletedLinks.BINDINGS),
        (SECTION_OF[EventTypes], EventTypes.BINDINGS),
        (SECTION_OF[EventTypeForm], EventTypeForm.BINDINGS),
        (SECTION_OF[ChoosePreferences], (*ChoosePreferences.BINDINGS, *ZoneField.BINDINGS)),
        (SECTION_OF[Messages], Messages.BINDINGS),
        (SECTION_OF[GoTo], GoTo.BINDINGS),
        (SECTION_OF[CheckClipboard], CheckClipboard.BINDINGS),
        ("In Help", Help.BINDINGS),
        (SECTION_OF[Progress], Progress.BINDINGS),
    ]
    return [KeySection(title, _bindings(found)) for title, found in groups]


_WITHOUT_FIELDS = frozenset(
    SECTION_OF[dialog] for dialog in (Details, Confirm, DeletedLinks, EventTypes, Messages, Progress)
) | {"In Help"}

_WITH_ROWS = frozenset((SECTION_OF[DeletedLinks], SECTION_OF[EventTypes]))


def key_places(everywhere: Iterable[BindingType]) -> list[KeyPlace]:
    """Returns which keys can be used at the same time: those of the list, and those of each dialog."""
    sections = key_sections(everywhere := list(everywhere))
    anywhere = _bindings(everywhere)
    first = next(number for number, section in enumerate(sections) if section.title == _ALWAYS)
    search = _bindings(SearchInput.BINDINGS)
    in_list = [each for section in sections[:first] for each in section.bindings if each not in search]
    always = [*sections[first].bindings, *anywhere]
    places = [KeyPlace(in_list), KeyPlace([*search, *anywhere], has_fields=True), KeyPlace(always, has_fields=True)]
    for title, own in ((section.title, section.bindings) for section in sections[first + 1 :]):
        rows = _bindings(RowTable.BINDINGS) if title in _WITH_ROWS else []
        places += [KeyPlace([*rows, *own, *always], title not in _WITHOUT_FIELDS)]
    return [*places, KeyPlace([*_bindings(Palette.BINDINGS), *always], has_fields=True)]


def _bindings(found: Iterable[BindingType]) -> list[Binding]:
    return [each for each in found if isinstance(each, Binding)]
