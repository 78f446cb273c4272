"""The links that a verb names: by token or URL, or on standard input."""

from __future__ import annotations

from collections.abc import Sequence

from secret_links import InvalidInput, Link, LinkUnclear, LinkUnknown
from secret_links_tui.commands.context import Context
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong


def find_all(words: Sequence[str], context: Context, done: str) -> list[Link] | None:
    """Finds all links that are named, each once; None, and says which are not there, where any is not.

    `done` says what is then done to none of them, such as `deleted`.
    """
    found: dict[int, Link] = {}
    unknown = []
    for text in _named(words, context):
        try:
            link = context.host.find(text)
        except LinkUnclear as error:
            unknown.append(f"no such link: {visible(text)} ({error})\n")
        except LinkUnknown:
            unknown.append(f"no such link: {visible(text)}\n")
        else:
            if isinstance(link, Link):
                found[link.id] = link
            else:
                unknown.append(f"no such link: {visible(text)}\n")
    if unknown:
        context.err.write("".join(unknown) + f"nothing was {done}\n")
        return None
    return list(found.values())


def _named(words: Sequence[str], context: Context) -> Sequence[str]:
    """Returns what was named: words, or for `-` the links on standard input."""
    if "-" not in words:
        return words
    if len(words) > 1:
        raise InvalidInput("links", "Name links, or read them from standard input (-), not both.")
    from secret_links_tui.commands.link_files import LONGEST_LINK_FILE, links_of  # noqa: PLC0415  # few links come that way

    try:
        return links_of(context.read_text("-", LONGEST_LINK_FILE))
    except TextTooLong as error:
        raise InvalidInput("links", f"{error} Say which links with --status, --search and the like.") from error
