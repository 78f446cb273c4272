"""Made-up, believable links for demos and benchmarks.

Whether a link is used or has expired is drawn by its age. Active links are mostly the newest; a few of every age never
expire. Of all others some were used, and the rest have expired.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secret_links.tokens import new_tokens

MADE_UP_TYPES = (
    ("Final interview", 60, 278, "{name}, final round"),
    ("VIP demo", 30, 220, "{name} ({company})"),
    ("Intro call", 20, 310, "{name}"),
    ("Portfolio review", 45, 180, "{name}, portfolio"),
    ("Contract talk", 30, 12, "{company}"),
)
"""Each with its name, its minutes, its share of 1,000 links, and the pattern of their labels."""

FIRST_NAMES = (
    "Ana", "Bo", "Carla", "Dmitri", "Élise", "Farid", "Greta", "Hiro", "Ines", "João", "Kofi", "Léa", "Mehmet", "Noor",
    "Olga", "Pedro", "Quentin", "Rosa", "Sven", "Tala", "Umut", "Vera", "Wanjiru", "Ximena", "Yuki", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Pires", "Chen", "Moreau", "Novak", "Okafor", "Silva", "Haddad", "Lindqvist", "Tanaka", "Costa", "Mensah", "Dubois",
    "Rahman", "Petrova", "Santos", "Weber", "Rossi", "Berg", "Nasser",
)  # fmt: skip
COMPANIES = ("Northwind", "Umbra Labs", "Kestrel & Co", "Fathom", "Blue Heron", "Oakline", "Tidewater", "Lumen Press")

ACTIVE_SHARE = 0.08
"""The default share of links that are Active."""

_NEVER_EXPIRE = 0.3
"""The share of Active links that never expire."""
_USED = 0.49 / (0.49 + 0.43)
"""The share of used links among those that are not Active."""

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
_NEWEST = 2 * 60_000
"""The age of the newest link, in milliseconds."""
_BOOKED_AFTER = 20 * _HOUR
"""Milliseconds until a visitor books, on average."""
_LIVES = (_DAY, 3 * _DAY, 7 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY)
"""How long links are valid, in milliseconds."""

MadeUp = tuple[int, int, str, str | None, int, int | None, int | None, str | None]
"""Of a link: host, event type, token, label, and when it was created, expires, was used, and by whom."""


def a_name(chance: random.Random) -> str:
    """Makes up a person's name."""
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def span(links: int) -> int:
    """Gives the milliseconds within which a host makes so many links: 8 weeks for 300, 3 years for 10,000,000."""
    return int(8 * _WEEK * math.pow(max(links, 300) / 300, 0.29))


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for."""

    event_type_id: int
    label: str | None
    visitor: str
    """Who books with it, if it is used."""
    life: int | None
    """For how many milliseconds it is valid; None for ever."""


def purposes(event_type_ids: Sequence[int], chance: random.Random) -> list[Purpose]:
    """Makes up what links are for, 10,000 times, each event type as often as it should be."""
    made = []
    for event_type_id, (_, _, share, label) in zip(event_type_ids, MADE_UP_TYPES, strict=True):
        for _ in range(share * 10):
            name = a_name(chance)
            written = label.format(name=name, company=chance.choice(COMPANIES))
            life = chance.choice(_LIVES) if chance.random() < 0.7 else None
            made.append(Purpose(event_type_id, written if chance.random() < 0.9 else None, name, life))
    return made


class Past:
    """The rows of links that were made until now, oldest first, a slice at a time."""

    def __init__(
        self, host_id: int, event_type_ids: Sequence[int], links: int, *, now: int, seed: int, active: float
    ) -> None:
        self._host_id = host_id
        self._chance = random.Random(seed)  # noqa: S311  # believable, not secret; tokens come from elsewhere
        self._purposes = purposes(event_type_ids, self._chance)
        self._links = links
        self._now = now
        self._span = span(links)
        self._active = active

    def rows(self, first: int, count: int) -> Iterator[MadeUp]:
        """Makes `count` links from number `first` on; number 0 is the oldest."""
        draw = self._chance.random
        purposes = self._chance.choices(self._purposes, k=count)
        for number, (purpose, token) in enumerate(zip(purposes, new_tokens(count), strict=True), first):
            from_newest = 1 - (number + draw()) / self._links
            # more links each day: on the last day twenty times the average
            age = _NEWEST + int(self._span * from_newest * (0.05 + 0.95 * from_newest))
            created = self._now - age
            life, used = self._fate(from_newest, age, purpose.life)
            yield (
                self._host_id,
                purpose.event_type_id,
                token,
                purpose.label,
                created,
                None if life is None else created + life,
                None if used is None else created + used,
                None if used is None else purpose.visitor,
            )

    def _fate(self, from_newest: float, age: int, life: int | None) -> tuple[int | None, int | None]:
        """Draws how long after it was made a link expires, and how long after that it was used."""
        draw = self._chance.random
        fate = draw() - _NEVER_EXPIRE * self._active
        if fate < 0:
            return None, None
        if fate < (1 - _NEVER_EXPIRE) * math.exp(
            -from_newest / self._active
        ):  # gives the share of Active links that is asked for
            life = life or 7 * _DAY
            return (life if life > age else age + int(draw() * 14 * _DAY) + 1), None
        if age > 2 * _HOUR and draw() >= _USED:
            life = life or 7 * _DAY
            return (life if life < age else _DAY if age > _DAY else _HOUR), None
        latest = age if life is None else min(age, life)
        used = int(-math.log(1 - draw()) * _BOOKED_AFTER)
        return life, (used if used < latest else int(draw() * latest))
