"""A host's template: the message around a URL, with fields in braces that are filled in for each link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from secret_links import InvalidInput, Link
from secret_links.text import clean

Until = Callable[[datetime], str]
"""Says an expiry in words."""

DEFAULT = "Hi {first name}, please pick a time: {url} (until {expires})"
"""The template of a host who has chosen none."""

FIELDS = ("first name", "name", "url", "expires", "event type", "minutes")
"""What a template can name. `label` is another word for `name`."""

LONGEST = 2000
"""Characters of a template."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_ASIDE = re.compile(r" ?\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be filled in."""

    text: str

    @property
    def has_lines(self) -> bool:
        """Whether messages have several lines, so that they need an empty one between."""
        return "\n" in self.text

    def message(self, link: Link, base_url: str, until: Until) -> str:
        """Returns the message for a link; `until` says when it expires.

        What is between parentheses is left out where a field in it is empty: the link never expires, or is for nobody.
        """
        name = clean(link.label or "")
        values = {
            "first name": first_name(name),
            "name": name,
            "url": link.url(base_url),
            "expires": until(link.expires_at) if link.expires_at else "",
            "event type": clean(link.event_type.name),
            "minutes": str(link.event_type.minutes),
        }

        def is_empty(field: str) -> bool:
            return not values[_field_of(field)]

        text = _ASIDE.sub(lambda aside: "" if any(map(is_empty, _FIELD.findall(aside[0]))) else aside[0], self.text)
        without = _FIELD.sub(lambda field: "" if is_empty(field[1]) else field[0], text)
        if without != text:
            text = re.sub(r" +(?=[ ,.;:!?\n]|$)", "", without).strip()
        return _FIELD.sub(lambda field: values[_field_of(field[1])], text)

    def messages(self, links: Iterable[Link], base_url: str, until: Until) -> str:
        """Returns the messages for some links, one below the other; with a line between if they have several lines."""
        between = "\n\n" if self.has_lines else "\n"
        return between.join(self.message(link, base_url, until) for link in links)


def checked(text: str) -> Template:
    """Reads a template; InvalidInput refuses fields that there are not, one without a URL, and one that is too long."""
    lines = [clean(line) for line in text.strip().splitlines()]
    kept = "\n".join(lines)
    if len(kept) > LONGEST:
        raise InvalidInput("format", f"A message can have at most {LONGEST:,} characters; this one has {len(kept):,}.")
    names = [_field_of(field) for field in _FIELD.findall(kept)]
    if unknown := [name for name in names if name not in FIELDS]:
        raise InvalidInput("format", f"A message has no “{unknown[0]}”; it can name {_all_fields()}.")
    if set("{}") & set(_FIELD.sub("", kept)):
        raise InvalidInput("format", "A message has braces around fields only, as in {first name}.")
    if "url" not in names:
        raise InvalidInput("format", "A message needs the {url}: without it, nobody can book.")
    return Template(kept)


def first_name(name: str) -> str:
    """Returns the first word of a name that is no title: `Ana` of `Dr. Ana Pires, final round`."""
    words = re.split(r"[\s,<(]+", name)
    return next((word for word in words if word and not word.endswith(".")), name)


def _field_of(written: str) -> str:
    """Returns the name of a field, however it is written: `First_Name` is `first name`."""
    name = " ".join(written.lower().replace("_", " ").split())
    return "name" if name == "label" else name


def _all_fields() -> str:
    return ", ".join(f"{{{name}}}" for name in FIELDS)
