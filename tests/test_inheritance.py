"""Parts are composed, not inherited; and each message has one handler in a line of inheritance."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

import secret_links
import secret_links_tui

WINGS = (secret_links, secret_links_tui)

MOST_FLOORS = 2
"""Classes of our own in a line of inheritance. Errors may have more: a family of errors is what `except` asks for."""


def name_of(owned: type) -> str:
    return f"{owned.__module__}.{owned.__qualname__}"


def own_line(owned: type) -> list[type]:
    """The classes of our own that a class inherits from, itself first."""
    names = [wing.__name__ for wing in WINGS]
    return [line for line in owned.__mro__ if line.__module__.partition(".")[0] in names]


def floors(owned: type) -> int:
    """The length of a class's longest line of inheritance, as far as it is our own."""
    return max((1 + floors(base) for base in owned.__bases__ if own_line(base)), default=1)


def with_nested(owned: type) -> Iterator[type]:
    yield owned
    for inner in vars(owned).values():
        if isinstance(inner, type) and inner.__qualname__.startswith(f"{owned.__qualname__}."):
            yield from with_nested(inner)


@cache
def own_classes() -> list[type]:
    """Every class of the store and of the terminal program, nested ones too."""
    found: dict[type, None] = {}
    for wing in WINGS:
        for module in pkgutil.walk_packages(wing.__path__, f"{wing.__name__}."):
            if module.name.endswith(".__main__") or ".migrations." in module.name:
                continue  # they run something when they are imported
            for owned in vars(importlib.import_module(module.name)).values():
                if isinstance(owned, type) and owned.__module__ == module.name:
                    found |= dict.fromkeys(with_nested(owned))
    return list(found)


def handlers(owned: type[MessagePump]) -> Iterator[str]:
    """The messages that a class itself has a handler for, whatever the widget they come from."""
    for name in vars(owned):
        if name.startswith(("on_", "_on_")) and name != "on_event":  # which hands every event on to its base's
            yield name.removeprefix("_")
    decorated: dict[type[Message], list[tuple[Any, dict[str, Any]]]] = vars(owned).get("_decorated_handlers", {})
    for message, methods in decorated.items():
        if any(not selectors for _, selectors in methods):
            yield message.handler_name


def test_no_class_has_more_than_two_floors() -> None:
    deep = {name_of(owned) for owned in own_classes() if floors(owned) > MOST_FLOORS}
    errors = {name_of(owned) for owned in own_classes() if issubclass(owned, BaseException)}
    assert deep - errors == set()


def test_no_message_is_handled_on_two_floors() -> None:
    for owned in own_classes():
        if not issubclass(owned, MessagePump):
            continue
        line = [floor for floor in own_line(owned) if issubclass(floor, MessagePump)]
        counts = Counter(name for floor in line for name in set(handlers(floor)))
        assert [name for name, count in counts.items() if count > 1] == [], name_of(owned)
