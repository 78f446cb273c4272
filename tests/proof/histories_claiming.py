"""Pages of a booking service, each as the README has it: they claim until they are answered, whatever is cut off.

Who does not know whether a commit stands asks again, and looks for the booking where the answer is no.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from booking_site.site import engine_of
from proof.histories_records import Answer, visitor_of
from secret_links import (
    DeletedLink,
    LinkExpired,
    LinkNotAvailable,
    LinkUnknown,
    LinkUsed,
    OutcomeUnknown,
    Store,
    StoreError,
    redeem_in,
)

AGAIN_AFTER = 0.02
"""Seconds after which a page asks a store again that could not be asked."""

TAKES = 0.0003
"""Seconds that a booking takes at the least: others come meanwhile, and wait for the link, or for the file."""

BOOK = "INSERT INTO booking (visitor, token) VALUES (:visitor, :token)"
LOOK = "SELECT count(*) FROM booking WHERE visitor = :visitor"

Told = tuple[Answer, int]
"""An answer, and the visitor who is said to have won."""


class Unknown(Exception):
    """Nobody knows whether a commit stands."""


class Away(Exception):
    """The database could not be asked, or others were in the way; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim."""

    token: str
    visitor: str
    fails: bool = False
    """Whether the booking cannot be made, if the link is had."""


def until_answered(
    attempt: Callable[[], Told], stands: Callable[[], bool], unknown: Callable[[], None], *, in_doubt: bool = False
) -> Told:
    """Claims until there is an answer; calls `unknown` each time when nobody knows what came of it.

    `in_doubt` says that there was such an attempt before.
    """
    while True:
        try:
            answer = attempt()
            if in_doubt and answer[0] not in {Answer.WON, Answer.GAVE_BACK} and stands():
                return Answer.WON, 0
        except Unknown:
            in_doubt = True
            unknown()
        except Away:
            time.sleep(AGAIN_AFTER)
        else:
            return answer


class Page:
    """What all pages have in common."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.on_server = url.startswith("postgresql:")

    def claim(self, wanted: Wanted, unknown: Callable[[], None], *, in_doubt: bool = False) -> Told:
        """Claims a link; returns the answer."""
        attempt, stands = partial(self.attempt, wanted), partial(self.stands, wanted)
        return until_answered(attempt, stands, unknown, in_doubt=in_doubt)

    def attempt(self, wanted: Wanted) -> Told:
        """Claims once; raises Unknown or Away."""
        raise NotImplementedError

    def stands(self, wanted: Wanted) -> bool:
        """Whether the link is the visitor's, after an attempt of which nobody knows what came."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes its connections."""
        raise NotImplementedError


def opened(url: str) -> Store:
    """Opens a store, as soon as it can be."""
    while True:
        try:
            return Store.open(url)
        except StoreError:
            time.sleep(AGAIN_AFTER)


def refusal(error: LinkNotAvailable) -> Told:
    if isinstance(error, LinkUsed):
        return Answer.USED, visitor_of(error.used_by)
    if isinstance(error, LinkExpired):
        return Answer.EXPIRED, 0
    assert isinstance(error, LinkUnknown), error
    return Answer.DELETED, 0


class Redeems(Page):
    """A page that redeems in a transaction of the store's own."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._store = opened(url)

    def attempt(self, wanted: Wanted) -> Told:
        try:
            self._store.redeem(wanted.token, by=wanted.visitor, reference=wanted.visitor)
        except LinkNotAvailable as error:
            return refusal(error)
        except OutcomeUnknown as error:
            raise Unknown from error
        except StoreError as error:
            raise Away from error
        return Answer.WON, 0

    def stands(self, wanted: Wanted) -> bool:
        try:
            found = self._store.as_host("ana").find(wanted.token)
        except StoreError as error:
            raise Away from error
        link = found.link if isinstance(found, DeletedLink) else found
        return link.used_by == wanted.visitor

    def close(self) -> None:
        self._store.close()


class BooksInSession(Page):
    """A page that books in a session of its own."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._engine = engine_of(url)

    def attempt(self, wanted: Wanted) -> Told:
        commits = False
        try:
            with Session(self._engine) as session:
                redeem_in(session, wanted.token, by=wanted.visitor, reference=wanted.visitor)
                time.sleep(TAKES)
                session.execute(text(BOOK), {"visitor": wanted.visitor, "token": wanted.token})
                if wanted.fails:
                    session.rollback()
                    return Answer.GAVE_BACK, 0
                commits = True
                session.commit()
        except LinkNotAvailable as error:
            return refusal(error)
        except (DBAPIError, StoreError) as error:
            raise (Unknown if commits else Away) from error
        return Answer.WON, 0

    def stands(self, wanted: Wanted) -> bool:
        try:
            with Session(self._engine) as session:
                return bool(session.execute(text(LOOK), {"visitor": wanted.visitor}).scalar_one() == 1)
        except DBAPIError as error:
            raise Away from error

    def close(self) -> None:
        self._engine.dispose()
