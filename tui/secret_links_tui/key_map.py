"""The keys that a host chose: read, checked against each other, and given to Textual by the names of their actions.

What cannot be used is left out and said in a sentence; everything else holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from secret_links_tui.keys import FOLLOWING

_OTHER_NAMES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "page_up": "pageup", "page_down": "pagedown",
}  # fmt: skip
"""What else people call keys."""

_SAME = {"ctrl+m": "enter", "ctrl+j": "enter", "ctrl+i": "tab", "ctrl+left_square_bracket": "escape"} | {
    "ctrl+h": "backspace"
}
"""Keys for which terminals send what they send for another one."""

_TAKEN = {
    "ctrl+c": "copies what is marked, and leaves the program",
    "tab": "goes to the next field",
    "shift+tab": "goes to the field before",
}
"""Keys that always do the same."""

_UNICODE_NAMES = {name: unicode_name for unicode_name, name in KEY_NAME_REPLACEMENTS.items()}
"""The names in Unicode of keys for which Textual has shorter ones."""

_MODIFIERS = frozenset(("alt", "ctrl", "shift", "super", "hyper", "meta"))
_NAMED = frozenset(key.value for key in Keys if key.value.replace("_", "").isalnum())


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Bindings that can be used at the same time."""

    bindings: Sequence[Binding]
    has_fields: bool = False
    """Whether there are fields, into which characters are typed."""


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys that hold."""

    keys: Mapping[str, str]
    """By the name of the action, separated by commas: as Textual takes them."""
    refusals: Sequence[str] = ()
    """What cannot be used, and why."""


class _Refused(Exception):
    """A key that cannot be used; the message says why."""


def key_map(wanted: Mapping[str, str], places: Sequence[KeyPlace]) -> KeyMap:
    """Returns the keys that hold of those wanted, by the names of actions."""
    bindings = {each.id: each for place in places for each in place.bindings if each.id}
    refusals: list[str] = []
    chosen: dict[str, list[str]] = {}
    for name, written in wanted.items():
        try:
            chosen[name] = _keys_of(name, written, bindings, places)
        except _Refused as refused:
            refusals.append(f"[keys] {name}: {refused}")
    alone: set[str] = set()
    while True:
        mapped = {**_following(chosen, bindings, places, alone), **chosen}
        clash = _first_clash(mapped, chosen, places)
        if clash is None:
            return KeyMap({name: ",".join(keys) for name, keys in mapped.items()}, refusals)
        name, key, other = clash
        if name in chosen:
            del chosen[name]
            stays = ", ".join(map(_shown, bindings[name].key.split(",")))
            refusals.append(f"[keys] {name}: {_shown(key)} is the key of {other} there; it stays {stays}.")
        else:
            alone.add(name)


# What is written


def _keys_of(name: str, written: str, bindings: Mapping[str, Binding], places: Sequence[KeyPlace]) -> list[str]:
    binding = bindings.get(name)
    if binding is None:
        like = get_close_matches(name, bindings, 1, 0.5)
        raise _Refused(f"no action has this name{f'; there is {like[0]}' if like else ''}.")
    words = [","] if written.strip() == "," else written.replace(",", " ").split()
    keys = [_key(word) for word in words]
    if not keys:
        raise _Refused("it needs a key, like y or ctrl+y.")
    if sentence := _typed_instead(binding, keys, places):
        raise _Refused(sentence)
    return list(dict.fromkeys(keys))


def _key(written: str) -> str:
    """Returns a key as Textual names it."""
    head, plus, base = written.rpartition("+")
    if not base:  # the key that types a plus
        head, base = head.removesuffix("+"), "+"
    modifiers = {word.lower() for word in head.split("+")} if head else set[str]()
    name = _base(base, shifted=modifiers == {"shift"}, typed=not modifiers)
    if name is None or not modifiers <= _MODIFIERS or (plus and not head and base != "+"):
        raise _Refused(f"“{written}” is no key; give one like y, Y, f2, space, ctrl+y.")
    if modifiers == {"shift"} and len(name) == 1:
        modifiers = set()
    key = "+".join([*sorted(modifiers), name])
    if key in _SAME:
        raise _Refused(f"terminals send the same for {written} as for {_SAME[key]}; choose another one.")
    if key in _TAKEN:
        raise _Refused(f"{key} {_TAKEN[key]}; choose another one.")
    return key


def _base(base: str, *, shifted: bool, typed: bool) -> str | None:
    """Returns the name of a key without its modifiers; None where there is no such key."""
    if len(base) > 1:
        name = base.lower()
        name = _OTHER_NAMES.get(name, name)
        if name in _NAMED:
            return name
        character = _character(name)
        if character is None:
            return None
        base = character
    if base == " ":
        return "space"
    if not base.isprintable():
        return None
    if base.isalnum():
        return base if typed else base.upper()[:1] if shifted else base.lower()[:1]
    name = unicodedata.name(base, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name) or None


def _character(key: str) -> str | None:
    """Returns the character that a key types; None for one that types none."""
    return key_to_character(_UNICODE_NAMES.get(key, key))


def _shown(key: str) -> str:
    character = _character(key)
    return character if character and character != " " else key


# What can be used together


def _typed_instead(binding: Binding, keys: Sequence[str], places: Sequence[KeyPlace]) -> str:
    """Returns why keys of an action would be typed into a field, or could not be; empty where they can be used."""
    typed = [key for key in keys if _character(key)]
    in_fields = any(place.has_fields and binding in place.bindings for place in places)
    if typed and (binding.priority or (in_fields and len(typed) == len(keys))):
        return f"{_shown(typed[0])} is typed into fields there; give one with ctrl, or like f2."
    return ""


def _following(
    chosen: Mapping[str, list[str]],
    bindings: Mapping[str, Binding],
    places: Sequence[KeyPlace],
    alone: Iterable[str],
) -> dict[str, list[str]]:
    """Returns the keys of actions in dialogs that are like one of the list, whose keys were chosen."""
    following: dict[str, list[str]] = {}
    for name, leaders in FOLLOWING.items():
        if name not in bindings or name in alone:
            continue
        keys = bindings[name].key.split(",")
        for leader in leaders:
            if leader in chosen:
                own = [key for key in keys if key not in bindings[leader].key.split(",")]
                keys = [*own, *(key for key in chosen[leader] if key not in own)]
        if keys != bindings[name].key.split(",") and not _typed_instead(bindings[name], keys, places):
            following[name] = keys
    return following


def _first_clash(
    mapped: Mapping[str, list[str]], chosen: Mapping[str, list[str]], places: Sequence[KeyPlace]
) -> tuple[str, str, str] | None:
    """Returns an action whose key is another one's, that key and the other one; the one chosen last gives way."""
    order = list(chosen)
    for place in places:
        owners: dict[str, Binding] = {}
        for binding in place.bindings:
            for key in mapped.get(binding.id or "", binding.key.split(",")):
                owner = owners.setdefault(key, binding)
                rivals = [each.id for each in (owner, binding) if each.id and each.id in mapped]
                if owner.id == binding.id or not rivals:
                    continue
                if set(owner.key.split(",")) & set(binding.key.split(",")) & {key}:
                    continue  # as it was made: the inner one goes first
                name = min(rivals, key=lambda each: -order.index(each) if each in chosen else -len(order))
                return name, key, str(owner.id if name == binding.id else binding.id)
    return None
