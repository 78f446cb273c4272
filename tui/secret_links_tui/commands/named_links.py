"""The links that a verb names: by token or URL, or on standard input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from secret_links import DeletedLink, InvalidInput, Link, LinkUnclear, LinkUnknown
from secret_links_tui.commands.context import Context
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong

Found = TypeVar("Found", Link, DeletedLink)


def find_all(words: Sequence[str], context: Context, done: str) -> list[Link] | None:
    """Finds all links that are named, or on standard input for `-`; as `find_each`, for links that are there."""
    return find_each(_named(words, context), context, Link, "no such link", done)


def find_each(
    texts: Sequence[str], context: Context, kind: type[Found], otherwise: str, done: str
) -> list[Found] | None:
    """Finds all links of a kind that are named, each once; None, and says which are not there, where any is not.

    `otherwise` is said of a link of the other kind; `done` says what is then done to none, such as `deleted`.
    """
    found: list[Found] = []
    wrong = []
    for text in texts:
        try:
            link = context.host.find(text)
        except LinkUnclear as error:
            wrong.append(f"no such link: {visible(text)} ({error})\n")
        except LinkUnknown:
            wrong.append(f"no such link: {visible(text)}\n")
        else:
            if isinstance(link, kind):
                found.append(link)
            else:
                wrong.append(f"{otherwise}: {visible(text)}\n")
    if wrong:
        context.err.write("".join(wrong) + f"nothing was {done}\n")
        return None
    return list(dict.fromkeys(found))


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
