"""Every key, in sections: for help, and for the README."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from secret_links_tui import keys
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
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.screens.dialogs.progress import Progress
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.widgets.event_type_choice import EventTypeChoice
from secret_links_tui.widgets.filter_bar import SearchInput
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.names_field import NamesField
from secret_links_tui.widgets.table.row_table import RowTable
from secret_links_tui.widgets.zone_field import ZoneField

PALETTE = Binding("ctrl+p", "app.command_palette", "Palette", tooltip="Find any action by its name, and the themes")


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
        ("The program", (*keys.PROGRAM, PALETTE, *everywhere)),
        ("In every dialog", Dialog.BINDINGS),
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
    return [KeySection(title, [each for each in found if isinstance(each, Binding)]) for title, found in groups]
