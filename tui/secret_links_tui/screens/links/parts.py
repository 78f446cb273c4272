"""The parts of the screen of links, for those that use several of them."""

from __future__ import annotations

from dataclasses import dataclass

from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.screens.conversation import Conversation
from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.screens.links.choices import HostChoices
from secret_links_tui.screens.links.copier import Copier
from secret_links_tui.screens.links.filters import Filters
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.widgets.message_line import MessageLine


@dataclass(frozen=True, slots=True)
class Parts:
    """What the screen is made of."""

    app: KeyQueueApp
    store: HostAccess
    choices: HostChoices
    board: LinkBoard
    filters: Filters
    copier: Copier
    line: MessageLine
    conversation: Conversation
