"""The keys of the screen of links, as people know them from lazygit, k9s and less.

Each has an id for key maps, and a sentence for `?`, the command palette and the README. The most important ones are
shown in the footer.
"""

from __future__ import annotations

from textual.binding import Binding


def _shown(key: str, action: str, name: str, tooltip: str) -> Binding:
    return Binding(key, action, name, id=_id(action), tooltip=tooltip)


def _hidden(key: str, action: str, tooltip: str) -> Binding:
    return Binding(key, action, show=False, id=_id(action), tooltip=tooltip)


def _id(action: str) -> str:
    return action.removeprefix("app.").replace("_", "-").replace("(", "-").rstrip(")")


LINK_KEYS = (
    _shown("g", "generate", "Generate", "Generate links"),
    _shown("c", "copy", "Copy", "Copy the URL, or those of all selected links, one a line"),
    _hidden("C", "copy_labelled", "Copy label, tab and URL of the same"),
    _shown("space", "select", "Select", "Select the link, or no longer"),
    _hidden("a", "select_all", "Select all links that pass the filters"),
    _shown("x,delete", "delete", "Delete", "Delete the link, or all selected ones"),
    _shown("u", "undo", "Undo", "Undo the last delete"),
    _hidden("U", "deleted_links", "List deleted links, to bring some back"),
    _shown("r", "reissue", "Reissue", "Generate a fresh link like this one"),
    _hidden("enter", "details", "Show everything about the link"),
    _hidden("l", "show_url", "Show the whole URL alone, to select by hand"),
    _hidden("n", "copy_new", "Copy the URLs that were generated last"),
    _hidden("N", "copy_new_labelled", "Copy label, tab and URL of the links generated last"),
    _hidden("v", "check_clipboard", "Check that what is copied reaches your clipboard"),
    _shown("slash", "search", "Search", "Search by name, token or URL"),
    _hidden("e", "event_type", "Show the links of one event type, or of all"),
    _hidden("s", "status", "Show the next status only"),
    _hidden("1", "status_is(0)", "Show links of every status"),
    _hidden("2", "status_is(1)", "Show Active links only"),
    _hidden("3", "status_is(2)", "Show Used links only"),
    _hidden("4", "status_is(3)", "Show Expired links only"),
    _hidden("o", "order", "Order by the next column"),
    _hidden("O", "reverse", "Turn the order around"),
    _hidden("colon", "go_to", "Go to a row by its number, or to a share of the list"),
    _hidden("escape", "back", "Lift the filters; if there are none, clear the selection"),
    _hidden("at", "messages", "Show the latest messages"),
    _hidden("t", "event_types", "Add, rename and remove event types"),
    _hidden("comma", "preferences", "Choose time zone, clipboard and columns"),
    _hidden("T", "app.toggle_dark", "Switch between dark and light"),
    _shown("question_mark", "help", "Help", "Show every key"),
    _shown("q", "app.quit", "Quit", "Leave the program"),
)
