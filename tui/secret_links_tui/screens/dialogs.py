"""Every dialog, in one module that is loaded once the list has been drawn, or when the first one is asked for.

Their widgets, for text, options and progress, take longer to import than the list of links takes to draw.
"""

from __future__ import annotations

from secret_links_tui.screens.check_clipboard import CheckClipboard, new_word
from secret_links_tui.screens.confirm import Confirm, delete_question
from secret_links_tui.screens.details import Details
from secret_links_tui.screens.dialog import Dialog
from secret_links_tui.screens.event_types import EventTypeDesk, EventTypeForm, EventTypes
from secret_links_tui.screens.generate import Draft, GenerateLinks
from secret_links_tui.screens.go_to import GoTo
from secret_links_tui.screens.help import Help
from secret_links_tui.screens.pick_event_type import PickEventType
from secret_links_tui.screens.preferences import ChoosePreferences
from secret_links_tui.screens.qr_code import QrCode
from secret_links_tui.screens.working import Working
from secret_links_tui.widgets.event_type_choice import EventTypeChoice

__all__ = [
    "CheckClipboard",
    "ChoosePreferences",
    "Confirm",
    "Details",
    "Draft",
    "EventTypeDesk",
    "EventTypes",
    "GenerateLinks",
    "GoTo",
    "Help",
    "PickEventType",
    "QrCode",
    "Working",
    "delete_question",
    "new_word",
]

WITH_KEYS = (
    Dialog,
    Confirm,
    GenerateLinks,
    EventTypeChoice,
    Details,
    EventTypes,
    EventTypeForm,
    ChoosePreferences,
    Working,
)
"""Where keys work that do something else, or nothing, elsewhere."""
