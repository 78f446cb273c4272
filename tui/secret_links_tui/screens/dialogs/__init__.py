"""Every dialog, each loaded when it is first asked for.

Their widgets, for text, options and progress, take longer to import than the list of links takes to draw, and all of
them three times as long as the one that a host opens first.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secret_links_tui.screens.dialogs.change import ChangeLinks, Present
    from secret_links_tui.screens.dialogs.check_clipboard import CheckClipboard, new_word
    from secret_links_tui.screens.dialogs.confirm import Confirm, delete_question, restore_question, take_back_question
    from secret_links_tui.screens.dialogs.deleted_links import MOST_LISTED, DeletedLinks, Found
    from secret_links_tui.screens.dialogs.details import Details
    from secret_links_tui.screens.dialogs.drafts import Draft
    from secret_links_tui.screens.dialogs.event_types import EventTypeOperations, EventTypes
    from secret_links_tui.screens.dialogs.generate import GenerateLinks
    from secret_links_tui.screens.dialogs.go_to import GoTo
    from secret_links_tui.screens.dialogs.help import Help, HelpSection
    from secret_links_tui.screens.dialogs.messages import Messages
    from secret_links_tui.screens.dialogs.palette import Palette, PaletteEntry
    from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
    from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
    from secret_links_tui.screens.dialogs.progress import Progress
    from secret_links_tui.screens.dialogs.qr_code import QrCode
    from secret_links_tui.screens.dialogs.reissue import Old, ReissueLinks

__all__ = [
    "MOST_LISTED",
    "ChangeLinks",
    "CheckClipboard",
    "ChoosePreferences",
    "Confirm",
    "DeletedLinks",
    "Details",
    "Draft",
    "EventTypeOperations",
    "EventTypes",
    "Found",
    "GenerateLinks",
    "GoTo",
    "Help",
    "HelpSection",
    "Messages",
    "Old",
    "Palette",
    "PaletteEntry",
    "PickEventType",
    "Present",
    "Progress",
    "QrCode",
    "ReissueLinks",
    "delete_question",
    "new_word",
    "restore_question",
    "take_back_question",
]

_LATER = {
    **dict.fromkeys(("ChangeLinks", "Present"), "change"),
    **dict.fromkeys(("CheckClipboard", "new_word"), "check_clipboard"),
    **dict.fromkeys(("Confirm", "delete_question", "restore_question", "take_back_question"), "confirm"),
    **dict.fromkeys(("MOST_LISTED", "DeletedLinks", "Found"), "deleted_links"),
    "Details": "details",
    "Draft": "drafts",
    **dict.fromkeys(("EventTypeOperations", "EventTypes"), "event_types"),
    "GenerateLinks": "generate",
    "GoTo": "go_to",
    **dict.fromkeys(("Help", "HelpSection"), "help"),
    "Messages": "messages",
    **dict.fromkeys(("Palette", "PaletteEntry"), "palette"),
    "PickEventType": "pick_event_type",
    "ChoosePreferences": "preferences",
    "Progress": "progress",
    "QrCode": "qr_code",
    **dict.fromkeys(("Old", "ReissueLinks"), "reissue"),
}
"""In which file each is."""


def __getattr__(name: str) -> object:
    """Loads a dialog, or what belongs to it."""
    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
