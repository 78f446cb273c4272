"""redeem: spending a link on a booking."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from secret_links import InvalidInput, LinkNotAvailable, LinkUnclear, LinkUnknown, StoreError
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.why_closed import why_closed
from secret_links_tui.settings import BadSetting


@dataclass(frozen=True, slots=True)
class Redeem(Command):
    """Spends a link; says nothing but that it is not available, except to its own host.

    It needs the store alone: neither the host, what they prefer, nor a time zone may come between. The role of a
    booking page cannot read them.
    """

    is_answer: ClassVar[bool] = True
    needs_output: ClassVar[bool] = False
    code_without_output: ClassVar[int] = DONE  # a link that was spent must not pass for one that is not available

    link: str
    by: str | None
    reference: str | None

    def run(self, context: Context) -> int:
        """Spends it; REFUSED where it is not available."""
        try:
            if context.served:
                context.host.find(self.link)  # a host spends no other's link: to them, there is none
            link = context.store.redeem(self.link, self.by, self.reference)
        except LinkNotAvailable:
            context.say("not available")
            _explain(self.link, context)
            return REFUSED
        try:
            context.give_urls([link])
        except BadSetting as error:
            context.out.write(f"{link.token}\n")
            context.say(f"secret-links: {error}")
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    redeem = add_verb(
        verbs,
        "redeem",
        Redeem,
        "spend a link on a booking; exit code 1 if it is not available, 3 if that cannot be determined",
        "redeem https://42min.us/s/TOKEN --by 'Ana Pires'",
    )
    redeem.add_argument("link", metavar="TOKEN_OR_URL")
    redeem.add_argument("--by", metavar="TEXT", help="who books")
    redeem.add_argument("--reference", metavar="TEXT", help="what the booking is called where it is kept")


def _explain(token_or_url: str, context: Context) -> None:
    """Says to the link's own host why it is not available; nobody else learns the reason."""
    with suppress(LinkUnknown, StoreError, BadSetting, InvalidInput):  # it is not available all the same
        try:
            context.say(why_closed(context.host.find(token_or_url), context) or "")
        except LinkUnclear as error:
            context.say(str(error))
