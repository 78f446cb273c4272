"""The queue of keys: each is handled, with all that follows from it, before the next one is looked at.

Textual sends keys to what has the focus when they are read. Keys that arrive all at once, as from a line that stalled,
would all go to the list, though the first of them opens a field for the others.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from textual import events
from textual.app import App, ScreenStackError
from textual.binding import Binding
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.screen import Screen

from secret_links_tui.keys import BY_ACTION
from secret_links_tui.terminal.placed_key import PlacedKey

MOST_WAITING = 10_000
"""The most keys and pastes that wait; further ones are dropped."""

ROUNDS = 3
"""How often a call follows a key from the focused widget up to the app before the key counts as handled.

The first call ends behind the messages that handling the key posts. The third one ends behind what a field posts to its
widget, what that posts to its dialog, and the focus that the dialog then moves.
"""

NAMES_IN_SENTENCES = {"escape": "Escape", "enter": "Enter", "space": "Space", "tab": "Tab"}
"""What sentences call keys whose names are cut short where there is little room."""

LEAVE_ID, LEAVE_KEY = "quit-anywhere", "ctrl+q"
"""The binding whose key never waits."""

_PRESSES = (events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)


class Hold:
    """Keeps keys from a screen while something is being opened there; has no effect under another screen."""

    def __init__(self, keys: KeyQueue, screen: Screen[Any]) -> None:
        self._keys = keys
        self.screen = screen

    def release(self, *, drop: bool = False) -> None:
        """Lets keys through again; `drop` forgets those that waited for what was not opened after all."""
        self._keys.release(self, drop=drop)


class KeyQueue:
    """Delivers keys and pastes in the order in which they were typed, and holds them back while they must wait."""

    def __init__(self, app: App[None], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[events.Event] = deque()
        self._delivering = False
        self._holds: list[Hold] = []
        self._drawn: Screen[Any] | None = None
        self._looking_at: Screen[Any] | None = None
        self._press_dropped = False
        self.must_wait: Callable[[events.Key | events.MouseDown], bool] = lambda _: False
        """Says whether a key, or a click, cannot be handled yet; it is asked again after `look_again`."""

    def hold(self, screen: Screen[Any]) -> Hold:
        """Keeps keys from a screen from now on."""
        hold = Hold(self, screen)
        self._holds.append(hold)
        return hold

    def release(self, hold: Hold, *, drop: bool) -> None:
        """Ends a hold; does nothing for one that has ended."""
        if hold not in self._holds:
            return
        self._holds.remove(hold)
        if drop:
            self.drop()
        self.look_again()

    def drop(self) -> None:
        """Forgets the keys that wait."""
        self._waiting.clear()

    def look_again(self) -> None:
        """Delivers the keys that need not wait any longer."""
        self._app.call_later(self._go_on)

    async def put(self, event: events.Event) -> None:
        """Takes a key, a paste, or an event of the mouse."""
        if isinstance(event, _PRESSES) and self._is_held():
            self._press_dropped = isinstance(event, events.MouseDown) or self._press_dropped
            return  # it was meant for what was on the screen
        if isinstance(event, events.MouseUp) and self._press_dropped:
            self._press_dropped = False
            return
        if isinstance(event, events.MouseMove) and self._screen() is not None:
            await self._deliver(event)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(event)
            await self._go_on()

    async def _go_on(self) -> None:
        screen = self._screen()
        if self._delivering or not self._waiting or screen is None or self._is_held():
            return
        if screen is not self._drawn:
            self.look_at(screen)
            return
        event = self._waiting[0]
        if isinstance(event, PlacedKey):
            event = self._waiting[0] = event.among(screen.active_bindings)
        if isinstance(event, (events.Key, events.MouseDown)) and self.must_wait(event):
            return
        self._waiting.popleft()
        self._delivering = True
        if isinstance(event, events.Key):
            self._app.app_focus = True  # what had the focus has it again: somebody is there
        path = self._path()
        await self._deliver(event)
        self._follow(path, 0, ROUNDS)

    def _path(self) -> Sequence[MessagePump]:
        """Returns what handles a key: what has the focus, all that is around it, and the app."""
        return (self._app.focused or self._app.screen).ancestors_with_self

    def _follow(self, path: Sequence[MessagePump], step: int, rounds: int) -> None:
        """Follows a key: each pump handles it before this call, which was queued after it."""
        for number, pump in enumerate(path[step:], step + 1):
            if number < len(path) and pump.call_later(self._follow, path, number, rounds):
                return
        if rounds > 1:
            self._app.call_later(self._follow, path, 0, rounds - 1)
        else:
            self._app.call_later(self._handled)

    async def _handled(self) -> None:
        self._delivering = False
        await self._go_on()

    # Screens

    def _screen(self) -> Screen[Any] | None:
        try:
            return self._app.screen
        except ScreenStackError:
            return None

    def _is_held(self) -> bool:
        screen = self._screen()
        return any(hold.screen is screen for hold in self._holds)

    @property
    def is_open(self) -> bool:
        """Whether the next key is handled at once."""
        return self._screen() is self._drawn is not None and not (self._is_held() or self._delivering or self._waiting)

    async def answered(self, patience: float) -> None:
        """Waits until no key is handled any more, or can be; for some seconds at the most."""
        until = monotonic() + patience
        while self._is_busy and monotonic() < until:  # noqa: ASYNC110  # a hold, a screen and keys end it, each elsewhere
            await asyncio.sleep(0.005)

    @property
    def _is_busy(self) -> bool:
        if self._delivering or self._is_held():
            return True
        event = self._waiting[0] if self._waiting else None
        return event is not None and not (isinstance(event, (events.Key, events.MouseDown)) and self.must_wait(event))

    def look_at(self, screen: Screen[Any]) -> None:
        """Waits until a screen that came up has been drawn, and has put the focus where it belongs."""
        if screen not in (self._looking_at, self._drawn):
            self._looking_at = screen
            came_up = events.Idle().time  # by the clock of all events
            screen.call_after_refresh(self._app.call_later, self._was_drawn, screen, came_up)

    async def _was_drawn(self, screen: Screen[Any], came_up: float) -> None:
        self._looking_at = None
        if screen is self._screen():
            self._drawn = screen
            if not getattr(screen, "TAKES_KEYS_AHEAD", True):
                self._waiting = deque(event for event in self._waiting if event.time >= came_up)
        await self._go_on()


class KeyQueueApp(App[None]):
    """An app that handles keys in the order in which they were typed."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class)
        self.keys = KeyQueue(self, super().on_event)
        """What was typed and has not been handled yet."""
        self.chosen_keys: Mapping[str, str] = {}
        """The keys that were chosen for bindings, by their ids."""

    def set_keymap(self, keymap: Mapping[str, str]) -> None:
        """Has bindings of these ids react to these keys; all others to their own."""
        self.chosen_keys = keymap
        super().set_keymap(dict(keymap))

    def keys_of(self, binding: Binding) -> list[str]:
        """Returns the keys of a binding, as chosen."""
        return self.chosen_keys.get(binding.id or "", binding.key).split(",")

    def first_key_of(self, binding: Binding) -> str:
        """Returns the first key of a binding, as sentences name it: `ctrl+r` and `Escape`, not `^r` and `esc`."""
        key = self.keys_of(binding)[0]
        shown = self.get_key_display(binding.with_key(key))
        return NAMES_IN_SENTENCES.get(key) or (shown.replace("^", "ctrl+") if "ctrl+" in key else shown)

    def key_of(self, action: str) -> str:
        """Returns the first key of an action of the list, as sentences name it."""
        return self.first_key_of(BY_ACTION[action])

    def _is_immediate(self, key: str) -> bool:
        """Says whether a key never waits: the one that leaves the program from anywhere."""
        return key in self.chosen_keys.get(LEAVE_ID, LEAVE_KEY).split(",")

    async def on_event(self, event: events.Event) -> None:
        """Queues what a person does; everything else is handled at once."""
        typed = isinstance(event, (events.InputEvent, events.Paste)) and not event.is_forwarded
        if typed and not (isinstance(event, events.Key) and self._is_immediate(event.key)):
            await self.keys.put(event)
        else:
            await super().on_event(event)
