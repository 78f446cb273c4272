"""The keys of the screen of links, as people know them from lazygit, k9s and less.

Each has an id for key maps, and a sentence for `?`, the command palette and the README. The most important ones are
shown in the footer.
"""

from __future__ import annotations

from textual.binding import Binding


def _shown(key: str, action: str, name: str, tooltip: str) -> Binding:
    return Binding(key, action, name, id=_id(action), tooltip=tooltip)


def _hidden(key: str, action: str, name: str, tooltip: str) -> Binding:
    return Binding(key, action, name, show=False, id=_id(action), tooltip=tooltip)


_IDS = {
    "list('all')": "all",
    "list('active')": "active-only",
    "list('used')": "used-only",
    "list('expired')": "expired-only",
    "list('soon')": "expiring-soon",
    "list('news')": "since-last-visit",
}
"""The ids of actions that share a name."""


def _id(action: str) -> str:
    return _IDS.get(action) or action.removeprefix("app.").replace("_", "-")


LINKS = (
    _shown("g", "generate", "Generate", "Generate links"),
    _shown("enter", "details", "Details", "Show everything about the link"),
    _shown("c", "copy", "Copy", "Copy the URL, or those of all selected links, one a line"),
    _shown("C", "copy_labelled", "Copy with names", "Copy name and URL, with a tab between, for a spreadsheet"),
    _shown("n", "copy_new", "Copy new", "Copy the URLs that were generated last"),
    _hidden("N", "copy_new_labelled", "Copy new with names", "Copy name and URL of the links generated last"),
    _shown("M", "copy_message", "Copy message", "Copy your message with the URL, or those for all selected links"),
    _hidden("ctrl+n", "copy_new_message", "Copy latest messages", "Copy your messages for the links generated last"),
    _shown("x,delete", "delete", "Delete", "Delete the link, or all selected ones"),
    _shown("u", "undo", "Undo", "Undo the last delete, or the last change"),
    _shown("U", "deleted_links", "Deleted links", "List deleted links, to bring some back"),
    _shown("r", "reissue", "Reissue", "Generate a fresh link like this one, or like each selected one"),
    _shown(
        "m",
        "change",
        "Change",
        "Change expiry or name of a link that was sent, or the expiry of all selected ones",
    ),
    _shown("l", "show_url", "Whole URL", "Show just the URL, to select it with the mouse"),
    _shown("v", "check_clipboard", "Check copying", "Check that what is copied reaches your clipboard"),
)
"""Keys that do something with links."""

WHICH = (
    _shown("slash", "search", "Search", "Search by name, note, booker, reference, event type, token or URL"),
    _shown("e", "event_type", "Event type", "Show the links of one event type, or of all"),
    _shown("s", "status", "Status", "Show the next status only"),
    _hidden("1", "list('all')", "All statuses", "Show links of every status"),
    _hidden("2", "list('active')", "Active only", "Show Active links only"),
    _hidden("3", "list('used')", "Used only", "Show Used links only"),
    _hidden("4", "list('expired')", "Expired only", "Show Expired links only"),
    _hidden("5", "list('soon')", "Expiring soon", "Show Active links that expire within a day"),
    _shown(
        "w",
        "list('news')",
        "Since last visit",
        "Show what was used, or expired, since you were last here, and what expires soon",
    ),
    _hidden("z", "start_afresh", "Start afresh", "Drop what was brought back from last time"),
    _shown("o", "order", "Order", "Order by the next column"),
    _shown("O", "reverse", "Reverse", "Reverse the order"),
    _shown("escape", "back", "Clear", "Lift the filters; if there are none, clear the selection"),
)
"""Keys that choose which links are listed, and in which order."""

SELECTING = (
    _shown("space", "select", "Select", "Select or deselect the link"),
    _shown("a", "select_all", "Select all", "Select all links that match the filters"),
)
"""Keys that select links."""

MOVING = (_shown("colon", "go_to", "Go to row", "Go to a row by its number, or to a share of the list"),)
"""Keys that go elsewhere in the list."""

PROGRAM = (
    _shown("at", "messages", "Messages", "Show the latest messages"),
    _shown("t", "event_types", "Event types", "Add, edit and remove event types"),
    _shown("comma", "preferences", "Preferences", "Choose time zone, theme, clipboard, keys, columns and message"),
    _hidden("T", "app.toggle_dark", "Dark or light", "Switch between dark and light"),
    _shown("question_mark,f1", "help", "Help", "Show every key"),
    _shown("q", "app.quit", "Quit", "Leave the program"),
)
"""Keys of the whole program."""

LINK_KEYS = (*LINKS, *WHICH, *SELECTING, *MOVING, *PROGRAM)
"""All keys of the screen of links."""

BY_ACTION = {each.action: each for each in LINK_KEYS}
"""The same by their actions."""

SYNONYMS = {
    "generate": "new create add make",
    "details": "open info show view status story",
    "copy": "clipboard yank url",
    "copy_labelled": "export spreadsheet csv tab labels names",
    "copy_new": "clipboard generated latest fresh",
    "copy_new_labelled": "export spreadsheet labels generated latest fresh",
    "copy_message": "mail e-mail text template invitation write send",
    "copy_new_message": "mail e-mail text template invitation generated fresh",
    "delete": "revoke remove trash cancel withdraw",
    "undo": "restore revert bring back undelete",
    "deleted_links": "trash bin restore bring back undelete undo history",
    "change": "modify edit extend expiry label name rename later longer postpone",
    "reissue": "renew resend refresh replace again regenerate",
    "show_url": "print mouse select link",
    "check_clipboard": "clipboard test paste arrive verify",
    "search": "find filter look name booker",
    "event_type": "filter kind meeting only",
    "status": "filter active used expired",
    "list('all')": "filter everything reset all status",
    "list('active')": "filter open valid status",
    "list('used')": "filter booked redeemed status",
    "list('expired')": "filter old past status",
    "list('soon')": "filter urgent ending tomorrow today deadline",
    "list('news')": "filter since changed lately happened recent booked away",
    "start_afresh": "reset forget restored session left open drop",
    "order": "sort column by",
    "reverse": "sort order turn around descending ascending",
    "back": "escape reset filters deselect",
    "select": "mark tick check",
    "select_all": "mark tick everything",
    "go_to": "jump line number percent",
    "messages": "history log notifications events what happened",
    "event_types": "manage meetings kinds slug minutes rename",
    "preferences": "settings options config configuration time zone timezone clipboard columns bell message template",
    "app.toggle_dark": "theme colour color mode night day appearance",
    "help": "keys manual shortcuts bindings documentation",
    "app.quit": "exit leave close",
    "app.redraw": "refresh reload repaint",
    "app.suspend": "shell background stop",
}
"""What else people call an action, for the palette; by action."""

FOLLOWING: dict[str, tuple[str, ...]] = {
    "details-copy": ("copy",),
    "details-copy-named": ("copy-labelled",),
    "details-copy-message": ("copy-message",),
    "details-show": ("show-url",),
    "details-change": ("change",),
    "details-reissue": ("reissue",),
    "details-delete": ("delete",),
    "details-close": ("quit",),
    "choose-deleted": ("select",),
    "search-deleted": ("search",),
    "close-deleted": ("quit",),
    "remove-type": ("delete",),
    "close-types": ("quit",),
    "close-messages": ("quit", "messages"),
    "search-help": ("search",),
    "close-help": ("quit", "help"),
    "help-here": ("help",),
}
"""Bindings of dialogs that do what bindings of the list do, by id: where a host chooses a key for those, it holds
for these too."""
