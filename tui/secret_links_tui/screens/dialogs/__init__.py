"""Every dialog, in one module that is loaded once the list has been drawn, or when the first one is asked for.

Their widgets, for text, options and progress, take longer to import than the list of links takes to draw.
"""

from __future__ import annotations

from secret_links_tui.screens.dialogs.change import ChangeLinks
from secret_links_tui.screens.dialogs.check_clipboard import CheckClipboard, new_word
from secret_links_tui.screens.dialogs.confirm import Confirm, delete_question, restore_question, take_back_question
from secret_links_tui.screens.dialogs.deleted_links import DeletedLinks
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.drafts import Draft
from secret_links_tui.screens.dialogs.event_types import EventTypeOperations, EventTypes
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.go_to import GoTo
from secret_links_tui.screens.dialogs.help import Help
from secret_links_tui.screens.dialogs.messages import Messages
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.screens.dialogs.progress import Progress
from secret_links_tui.screens.dialogs.qr_code import QrCode
from secret_links_tui.screens.dialogs.reissue import ReissueLinks

__all__ = [
    "ChangeLinks",
    "CheckClipboard",
    "ChoosePreferences",
    "Confirm",
    "DeletedLinks",
    "Details",
    "Draft",
    "EventTypeOperations",
    "EventTypes",
    "GenerateLinks",
    "GoTo",
    "Help",
    "Messages",
    "Palette",
    "PickEventType",
    "Progress",
    "QrCode",
    "ReissueLinks",
    "delete_question",
    "new_word",
    "restore_question",
    "take_back_question",
]
