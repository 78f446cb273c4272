"""--format: a line for each link as a script wants it, or the host's own message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from secret_links import InvalidInput, Link
from secret_links_tui.ages import exact_end
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.link_records import as_json
from secret_links_tui.preferences import Preferences
from secret_links_tui.templates import Template
from secret_links_tui.terminal.plain_text import visible

MESSAGE = "message"
"""The format that is the host's template."""

FORMAT_HELP = rf"a line for each, as in '{{label}}\t{{url}}'; {MESSAGE} for your own message"

FIELDS = ("url", "token", "label", "event_type", "expires_at")
"""What a format can name."""

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Format:
    """How links are written: by the fields that a format names, or as messages."""

    line: str
    template: Template | None
    """What messages are made of; None for lines."""

    def write(self, links: Iterable[Link], context: Context) -> int:
        """Writes links; returns how many."""
        number = 0
        for number, link in enumerate(links, start=1):
            if number > 1 and self.template is not None and self.template.has_lines:
                context.out.write("\n")
            context.out.write(f"{self._text(link, context)}\n")
        return number

    def _text(self, link: Link, context: Context) -> str:
        if self.template is not None:
            until = partial(exact_end, zone=context.settings.time_zone)
            message = self.template.message(link, context.settings.base_url, until)
            return "\n".join(map(visible, message.split("\n")))
        fields = as_json(link, context.settings.base_url, context.now)
        return _FIELD.sub(lambda field: visible(fields[field[1]] or ""), self.line)


def read_format(text: str | None, context: Context) -> Format | None:
    r"""Reads a format such as `{label}\t{url}`, with \t and \n for tab and line break; None for none.

    InvalidInput says that it names a field that there is not.
    """
    if text is None:
        return None
    if text == MESSAGE:
        _ = context.settings.time_zone  # in which expiries are said; once links are made, it is too late to refuse
        return Format("", Preferences.read(context.host.preferences()).template)
    if unknown := [name for name in _FIELD.findall(text) if name not in FIELDS]:
        names = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise InvalidInput("format", f"A format has no “{unknown[0]}”; it can name {names}.")
    return Format(text.replace("\\t", "\t").replace("\\n", "\n"), None)
