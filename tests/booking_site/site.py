"""A small, whole booking site: what a link opens, for the person who was sent it.

`GET /s/TOKEN` shows what can be booked, or that the link is not available, and spends nothing, however often it is
opened, by whatever program. `POST /s/TOKEN` books: the booking and the claim of the link are one transaction, so that
both stand or neither. Whether a link was used, has expired, was deleted or never was one, a visitor is told the same.

Where the database fails, nobody knows whether a commit stands. The page says 503, and has the visitor ask again for the
booking with the same id: it is made then, or it was made already.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, Session, SQLModel
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from secret_links import LinkNotAvailable, Offer, Store, StoreError, redeem_in

LONGEST_NAME = 200
"""Characters of a visitor's name."""

LONGEST_FORM = 10_000
"""Bytes of a form that are read."""


def _no_trouble() -> None:
    """Is what happens between claim and commit where nothing goes wrong."""


class Booking(SQLModel, table=True):
    """What a visitor has booked."""

    __tablename__ = "booking"

    id: str = Field(primary_key=True)
    host: str
    event_type: str
    visitor: str
    booked_at: datetime


class Site:
    """Offers what links open, and books it."""

    def __init__(self, store_url: str, trouble: Callable[[], None] = _no_trouble) -> None:
        self._store = Store.open(store_url)
        self._engine = engine_of(store_url)
        self._trouble = trouble
        SQLModel.metadata.create_all(self._engine, tables=[SQLModel.metadata.tables["booking"]])

    def close(self) -> None:
        """Closes its connections."""
        self._store.close()
        self._engine.dispose()

    def offer(self, request: Request) -> Response:
        """Shows what can be booked; a plain function, which Starlette runs on a thread of its own."""
        try:
            return _page("Book", _form(self._store.look_up(request.path_params["token"])))
        except LinkNotAvailable:
            return _not_available()
        except StoreError:
            return _page("Not now", "<p>We cannot look this up now. Please try again in a moment.</p>", 503)

    async def book(self, request: Request) -> Response:
        """Books for whoever sent the form."""
        sent = b""
        async for some in request.stream():
            sent += some
            if len(sent) > LONGEST_FORM:
                return _page("Book", "<p>This is too much.</p>", 413)
        form = parse_qs(sent.decode("utf-8", "replace"))
        visitor = " ".join(form.get("visitor", [""])).strip()
        booking_id = form.get("booking", [""])[0]
        if not re.fullmatch(r"([0-9a-f]{32})?", booking_id):
            return _page("Book", "<p>Please open the link once more.</p>", 422)
        if not 0 < len(visitor) <= LONGEST_NAME:
            return _page("Book", "<p>Please go back and tell us your name.</p>", 422)
        try:
            booking = await run_in_threadpool(self._book, request.path_params["token"], visitor, booking_id)
        except LinkNotAvailable:
            return _not_available()
        except (StoreError, DBAPIError):  # the second is the page's own commit
            again = "<p>We do not know yet whether this is booked.</p>" + _fields(visitor, booking_id, "Ask again")
            return _page("Not now", again, 503)
        told = f"<p>{html.escape(booking.event_type)} with {html.escape(booking.host)} is booked.</p>"
        return _page("Booked", f"{told}<p>Your booking: <code>{booking.id}</code></p>", 201)

    def _book(self, token: str, visitor: str, booking_id: str) -> Booking:
        try:
            return self._book_now(token, visitor, booking_id or uuid.uuid4().hex)
        except LinkNotAvailable:
            if not booking_id:
                raise
            with Session(self._engine) as session:  # who asks again may have it
                booking = session.get(Booking, booking_id)
            if booking is None:
                raise
            return booking

    def _book_now(self, token: str, visitor: str, booking_id: str) -> Booking:
        offer = self._store.look_up(token)
        booking = Booking(
            id=booking_id,
            host=offer.host,
            event_type=offer.event_type.name,
            visitor=visitor,
            booked_at=datetime.now(UTC),
        )
        with Session(self._engine, expire_on_commit=False) as session:
            redeem_in(session, token, by=visitor, reference=booking.id)  # first: others wait for it, and not in vain
            session.add(booking)
            session.flush()
            self._trouble()
            session.commit()
        return booking


def make_app(store_url: str, trouble: Callable[[], None] = _no_trouble) -> Starlette:
    """Makes the site; `trouble` is what befalls it between a claim and its commit."""
    site = Site(store_url, trouble)
    app = Starlette(
        routes=[
            Route("/s/{token}", site.offer, methods=["GET"]),
            Route("/s/{token}", site.book, methods=["POST"]),
        ]
    )
    app.state.site = site
    return app


def engine_of(store_url: str) -> Engine:
    """Makes the site's own engine, on the database that the links are in."""
    if store_url.startswith("postgresql:"):
        return create_engine(store_url.replace("postgresql:", "postgresql+psycopg:", 1))
    return create_engine(f"sqlite:///{store_url}", connect_args={"timeout": 10})


def _form(offer: Offer) -> str:
    what, who = html.escape(offer.event_type.name), html.escape(offer.host)
    return f"<p>{what} with {who}, {offer.event_type.minutes} minutes.</p>" + _fields("", uuid.uuid4().hex, "Book")


def _fields(visitor: str, booking_id: str, button: str) -> str:
    return (
        f'<form method="post"><input type="hidden" name="booking" value="{booking_id}">'
        f'<label>Your name <input name="visitor" required maxlength="200" value="{html.escape(visitor)}"></label>'
        f"<button>{button}</button></form>"
    )


def _not_available() -> Response:
    return _page("Not available", "<p>This link is not available.</p>", 404)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>{body}</html>'
    return HTMLResponse(text, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
