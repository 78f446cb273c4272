"""The URL of a database on a server, and which parts of it may be shown.

An unescaped `@`, `/` or `:` in a password splits a URL in the wrong place: parts of the password become the host, the
port or the database, and would be shown. So a URL that can be read in two ways is refused, a part is shown only if it
is a plain word, and of libpq's messages only libpq's own words are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict

from secret_links.errors import StoreUnusable

_CONNECTING: dict[str, Any] = {
    "application_name": "secret-links",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Defaults for connecting: a line that is cut is noticed within twenty seconds, not two hours."""

_ALWAYS = {"client_encoding": "UTF8"}
"""Parameters that neither the URL nor the environment can change."""

NO_URL = (
    "This is no URL of a database; give one like postgresql://USER@HOST/NAME. In a password, @ is written %40, / is "
    "%2F, and a blank %20."
)

_ONE_HOST = r"(?:\[[0-9A-Fa-f:.%]*\]|[^\s:@/?#\[\],]*)(?::[0-9]{0,5})?"
_UNAMBIGUOUS = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^\s:@/?#]*)(?::[^\s@/]*)?@)?"
    rf"(?P<hosts>{_ONE_HOST}(?:,{_ONE_HOST})*)"
    r"(?:/(?P<name>[^\s:@/?#=]*))?(?:\?[^\s@]*)?"
)
"""A URL with nothing in any part that could belong to the password of another reading."""

_SWALLOWED = (("user", "(?i).%3a"), ("hosts", "(?i)%3a|%40"), ("name", "(?i)%3a|%40"))
"""Escapes in a part of a URL that show that it has swallowed the password."""

_PLAIN = r"[\w.+-]*( [\w.+-]+)*"
_HOST = r"[\w.-]*|[\da-fA-F:.]+(%\w+)?|/.*"
_PORT = r"\d{0,5}"
_QUOTED = r"""(["'])(.*?)\1"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and how to connect to it."""

    parameters: dict[str, Any]
    """What psycopg connects with, the password included."""
    name: str
    """The URL as it is shown: without the password and the parameters."""
    _shown: frozenset[str]
    """The values that messages may repeat; empty if one of them looks like the words around it."""

    @classmethod
    def of(cls, url: str) -> Self:
        """Reads a URL; StoreUnusable refuses one that is none, or that can be read in two ways."""
        found = _UNAMBIGUOUS.fullmatch(url)
        if found is None or any(re.search(escape, found[part] or "") for part, escape in _SWALLOWED):
            raise StoreUnusable(NO_URL)
        try:
            given = conninfo_to_dict(url)
        except (psycopg.Error, UnicodeError):  # either may repeat the URL
            raise StoreUnusable(NO_URL) from None
        user, host, port, dbname = (str(given.get(part) or "") for part in ("user", "host", "port", "dbname"))
        for pattern, value in ((_HOST, host), (_PORT, port)):  # they may be options too
            if not all(re.fullmatch(pattern, one) for one in value.split(",")):
                raise StoreUnusable(NO_URL)
        return cls(_CONNECTING | given | _ALWAYS, _name(user, host, port, dbname), _shown(given, user, host, dbname))

    def harmless(self, said: str) -> str:
        """Gives a message about connecting without any quoted value that may not be shown."""
        if not self._shown:
            return ""
        return re.sub(_QUOTED, lambda quoted: quoted[0] if quoted[2] in self._shown else "“…”", said)


def _name(user: str, host: str, port: str, dbname: str) -> str:
    place = "" if host.startswith("/") else host
    who = f"{_plainly(user)}@" if user else ""
    return f"postgresql://{who}{place}{':' if port else ''}{port}/{_plainly(dbname)}"


def _plainly(value: str) -> str:
    return value if re.fullmatch(_PLAIN, value) else "…"


def _shown(given: dict[str, Any], user: str, host: str, dbname: str) -> frozenset[str]:
    quotes = any(quote in str(value) for value in given.values() for quote in "\"'\n")
    if quotes or not all(re.fullmatch(_PLAIN, value) for value in (user, dbname)):
        return frozenset()
    return frozenset({"", user, dbname, *host.split(",")})
