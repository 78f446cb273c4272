"""Making links: generate, reissue; and spending one: redeem."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress

from secret_links import DeletedLink, InvalidInput, Link, LinkNotAvailable, LinkUnclear, LinkUnknown, Status, StoreError
from secret_links.expiry import parse_expiry
from secret_links.odd_values import is_unreadable
from secret_links.values import NO_EVENT_TYPE
from secret_links_tui.ages import exact
from secret_links_tui.commands.context import Context, as_json
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.settings import BadSetting
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong

FIELDS = ("url", "token", "label", "event_type", "expires_at")
"""What a format can name."""

_FIELD = re.compile(r"\{([^{}]*)\}")


def generate(asked: Namespace, context: Context) -> int:
    """Generates links, and gives their URLs in the order of their labels."""
    form = _checked_format(asked.format)
    if asked.json and form is not None:
        raise InvalidInput("format", "Give either --json or --format.")
    labels = _labels(asked, context)
    expiry = parse_expiry(asked.expires, context.now, context.settings.time_zone) if asked.expires else None
    kind = context.host.event_type(asked.event_type)
    links = context.host.generate(kind.id, asked.count, labels=labels, expires_at=expiry.at if expiry else None)
    _give(links, asked, context, form)
    if expiry:
        context.say(f"valid until {exact(expiry.at, context.settings.time_zone)}")
    return DONE


def reissue(asked: Namespace, context: Context) -> int:
    """Generates a fresh link like an old one, which stays as it is."""
    old = context.host.find(asked.link)
    old = old.link if isinstance(old, DeletedLink) else old
    if asked.expires is not None:
        expiry = parse_expiry(asked.expires, context.now, context.settings.time_zone)
        until = expiry.at if expiry else None
    elif old.expires_at is not None and old.lifetime is None:
        raise InvalidInput("expires", "It cannot be read how long this link was valid; say it with --expires.")
    else:
        until = context.now + old.lifetime if old.lifetime is not None else None
    if until:
        _ = context.settings.time_zone  # in which that is said; once the link is made, it is too late to refuse
    if old.event_type.slug not in [known.slug for known in context.host.event_types()]:
        context.say("the event type of this link was removed; undo brings it back with its links")
        return REFUSED
    kind = context.host.event_type(old.event_type.slug)
    labels = [old.label] if old.label else []
    links = context.host.generate(kind.id, 1, labels=labels, expires_at=until, replaces=old.id)
    _give(links, asked, context, None)
    if until:
        context.say(f"valid until {exact(until, context.settings.time_zone)}")
    return DONE


def redeem(asked: Namespace, context: Context) -> int:
    """Spends a link; says nothing but that it is not available, except to its own host.

    It needs the store alone: neither the host, what they prefer, nor a time zone may come between. The role of a
    booking page cannot read them.
    """
    try:
        if context.served:
            context.host.find(asked.link)  # a host spends no other's link: to them, there is none
        link = context.store.redeem(asked.link, asked.by, asked.reference)
    except LinkNotAvailable:
        context.say("not available")
        _explain(asked.link, context)
        return REFUSED
    try:
        context.give_urls([link])
    except BadSetting as error:
        context.out.write(f"{link.token}\n")
        context.say(f"secret-links: {error}")
    return DONE


def _explain(token_or_url: str, context: Context) -> None:
    """Tells the link's own host why it is not available; nobody else is told which reason it was."""
    with suppress(LinkUnknown, StoreError, BadSetting, InvalidInput):  # it is not available all the same
        try:
            context.say(why_closed(context.host.find(token_or_url), context) or "")
        except LinkUnclear as error:
            context.say(str(error))


def why_closed(found: Link | DeletedLink, context: Context) -> str | None:
    """Says why a link does not open any more; None where it does."""
    if opens(found, context):
        return None
    zone = context.settings.time_zone
    if isinstance(found, DeletedLink):
        return f"deleted {exact(found.deleted_at, zone)} by {found.deleted_by}"
    if found.used_at is not None:
        return f"used {exact(found.used_at, zone)}" + (f" by {found.used_by}" if found.used_by else "")
    if found.expires_at is not None and is_unreadable(found.expires_at):
        return f"damaged: it expires {exact(found.expires_at, zone)}"
    if found.expires_at is not None and found.expires_at <= context.now:
        return f"expired {exact(found.expires_at, zone)}"
    return "its event type is no longer in the store" if found.event_type == NO_EVENT_TYPE else None


def opens(found: Link | DeletedLink, context: Context) -> bool:
    """Says whether a link still opens a booking."""
    return isinstance(found, Link) and found.status_at(context.now) is Status.ACTIVE


def _labels(asked: Namespace, context: Context) -> list[str]:
    """Gathers labels: those that were written out, or those in a file or on standard input."""
    if asked.labels is None:
        if asked.plain_lines:
            raise InvalidInput("label", "--plain-lines goes with --labels FILE.")
        return list(asked.label)
    if asked.label:
        raise InvalidInput("label", "Give labels with --label or with --labels, not with both.")
    if context.served and asked.labels != "-":
        raise InvalidInput("label", "Labels come from standard input here: --labels -")
    from secret_links_tui.commands.label_files import LONGEST, labels_of  # noqa: PLC0415  # few labels come from files

    try:
        text = context.read_text(asked.labels, LONGEST)
    except TextTooLong as error:
        raise InvalidInput(
            "label", f"{asked.labels} holds more than labels; give one a line, 10,000 at the most."
        ) from error
    return labels_of(text, plain=asked.plain_lines)


def _give(links: Sequence[Link], asked: Namespace, context: Context, form: str | None) -> None:
    if asked.json:
        context.give_json([as_json(link, context.settings.base_url, context.now) for link in links])
    elif form is None:
        context.give_urls(links)
    else:
        for link in links:
            known = as_json(link, context.settings.base_url, context.now)
            line = _FIELD.sub(lambda field: visible(known[field[1]] or ""), form)  # noqa: B023  # used at once
            context.out.write(f"{line}\n")


def _checked_format(text: str | None) -> str | None:
    r"""Reads a format such as `{label}\t{url}`, with \t and \n for tab and line break."""
    if text is None:
        return None
    if unknown := [name for name in _FIELD.findall(text) if name not in FIELDS]:
        names = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise InvalidInput("format", f"A format has no “{unknown[0]}”; it can name {names}.")
    return text.replace("\\t", "\t").replace("\\n", "\n")
