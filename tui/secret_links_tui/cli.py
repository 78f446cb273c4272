"""The command line: the screen's verbs, for people and scripts, without the screen."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from secret_links import (
    DeletedLink,
    InvalidInput,
    Link,
    LinkFilter,
    LinkNotAvailable,
    LinkUnknown,
    SecretLinksError,
    Status,
)
from secret_links.expiry import FORMS, parse_expiry
from secret_links.times import utc_now
from secret_links_tui.ages import exact
from secret_links_tui.opening import open_store
from secret_links_tui.plain_text import escaped, visible
from secret_links_tui.settings import Settings

if TYPE_CHECKING:
    from secret_links import HostStore, Store

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
"""Exit codes."""

MOST_IN_DEMO = 100_000_000
"""The most links that a demo can be asked to have."""


def parser() -> argparse.ArgumentParser:
    """Makes the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="secret-links", description="Single-use booking links. Without a command it opens the screen."
    )
    root.add_argument("--store", metavar="PATH_OR_URL", help="where the links are kept")
    root.add_argument("--host", metavar="NAME", help="whose links these are (default: the login name)")
    root.add_argument("--base-url", metavar="URL", help="what stands before a token (default: https://42min.us/s)")
    root.add_argument("--time-zone", metavar="ZONE", help="the zone of expiries (default: this machine's)")
    root.add_argument("--clipboard", metavar="WAY", help="auto, osc52, tmux, screen, system or off (default: auto)")
    root.add_argument("--ask-terminal", metavar="YES_OR_NO", help="ask the terminal what it is (default: yes)")
    root.add_argument("--demo", action="store_true", help="try everything in a store that is thrown away afterwards")
    root.add_argument(
        "--links",
        dest="demo_links",
        type=_number,
        metavar="N",
        help="so many in the demo; more than 10,000 are kept for the next time",
    )
    root.add_argument("--version", action="store_true", help="say which version this is")
    verbs = root.add_subparsers(dest="verb", metavar="COMMAND")

    generate = verbs.add_parser("generate", help="generate links; prints their URLs, one a line")
    generate.add_argument("event_type", metavar="SLUG", help="the event type they are for")
    generate.add_argument(
        "-n", dest="count", type=_number, metavar="N", help="how many (default: one for each label, or 1)"
    )
    generate.add_argument("--expires", default="", metavar="WHEN", help=f"{FORMS}; a date means the end of that day")
    generate.add_argument(
        "--label", action="append", default=[], metavar="TEXT", help="who it is for; one for all, or one each"
    )
    generate.set_defaults(run=_generate)

    listing = verbs.add_parser("list", help="list links, newest first")
    listing.add_argument("--event-type", metavar="SLUG", help="of one event type only")
    listing.add_argument("--status", choices=[status.value for status in Status], help="of one status only")
    listing.add_argument("--search", default="", metavar="TEXT", help="a token, a URL, or a part of a token or label")
    listing.add_argument("--json", action="store_true", help="as a JSON array")
    listing.set_defaults(run=_list)

    redeem = verbs.add_parser("redeem", help="spend a link on a booking; exit code 1 if it is not available")
    redeem.add_argument("link", metavar="TOKEN_OR_URL")
    redeem.add_argument("--by", metavar="TEXT", help="who books")
    redeem.set_defaults(run=_redeem)

    delete = verbs.add_parser("delete", help="delete links; their URLs stop working at once")
    delete.add_argument("links", metavar="TOKEN_OR_URL", nargs="+")
    delete.set_defaults(run=_delete)

    event_type = verbs.add_parser("event-type", help="add or list event types")
    kinds = event_type.add_subparsers(dest="event_type_verb", metavar="COMMAND", required=True)
    add = kinds.add_parser("add", help="add an event type; prints its slug")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--slug", help="what the command line calls it (default: made from the name)")
    add.add_argument("--minutes", type=_number, default=30, metavar="N", help="how long it takes (default: 30)")
    add.set_defaults(run=_add_event_type)
    list_kinds = kinds.add_parser("list", help="list event types")
    list_kinds.add_argument("--json", action="store_true", help="as a JSON array")
    list_kinds.set_defaults(run=_list_event_types)
    return root


def run_verb(arguments: argparse.Namespace, settings: Settings, out: TextIO, err: TextIO) -> int:
    """Runs a verb; what it gives goes to `out`, what it says to `err`."""
    run: Callable[[argparse.Namespace, Settings, Store, TextIO, TextIO], int] = arguments.run
    try:
        with open_store(settings) as store:
            return run(arguments, settings, store, out, err)
    except InvalidInput as error:
        err.write(f"secret-links: {visible(str(error))}\n")
        return WRONG_USAGE
    except SecretLinksError as error:
        err.write(f"secret-links: {visible(str(error))}\n")
        return REFUSED


def _number(text: str) -> int:
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 12:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number")
    return int(text)


def _generate(arguments: argparse.Namespace, settings: Settings, store: Store, out: TextIO, err: TextIO) -> int:
    host = store.as_host(settings.host)
    expiry = parse_expiry(arguments.expires, utc_now(), settings.time_zone)
    kind = host.event_type(arguments.event_type)
    links = host.generate(kind.id, arguments.count, labels=arguments.label, expires_at=expiry.at if expiry else None)
    out.writelines(f"{link.url(settings.base_url)}\n" for link in links)
    if expiry:
        err.write(f"valid until {exact(expiry.at, settings.time_zone)}\n")
    return DONE


def _list(arguments: argparse.Namespace, settings: Settings, store: Store, out: TextIO, err: TextIO) -> int:
    host = store.as_host(settings.host)
    kind = host.event_type(arguments.event_type).id if arguments.event_type else None
    status = Status(arguments.status) if arguments.status else None
    with host.moment() as moment:
        links = moment.window(LinkFilter(kind, status, arguments.search), count=None)
        now = moment.now
    if arguments.json:
        _write_json([as_json(link, settings.base_url, now) for link in links], out)
        return DONE
    for link in links:
        fields = (
            visible(link.url(settings.base_url)),
            link.status_at(now).value,
            visible(link.event_type.slug),
            _stamp(link.created_at) or "-",
            _stamp(link.expires_at) or "-",
            visible(link.label or ""),
        )
        out.write("\t".join(fields).rstrip() + "\n")
    if not links:
        err.write("no links\n")
    return DONE


def as_json(link: Link, base_url: str, now: datetime) -> dict[str, str | None]:
    """Gives a link as scripts see it: text exact, instants as ISO 8601 with Z, absent values null."""
    return {
        "token": link.token,
        "url": link.url(base_url),
        "event_type": link.event_type.slug,
        "label": link.label,
        "status": link.status_at(now).value,
        "created_at": _stamp(link.created_at),
        "expires_at": _stamp(link.expires_at),
        "used_at": _stamp(link.used_at),
        "used_by": link.used_by,
    }


def _redeem(arguments: argparse.Namespace, settings: Settings, store: Store, out: TextIO, err: TextIO) -> int:
    try:
        link = store.redeem(arguments.link, arguments.by)
    except LinkNotAvailable:
        err.write("not available\n")
        _explain(store.as_host(settings.host), arguments.link, settings, err)
        return REFUSED
    out.write(f"{link.url(settings.base_url)}\n")
    return DONE


def _explain(host: HostStore, token_or_url: str, settings: Settings, err: TextIO) -> None:
    """Tells the link's own host why it is not available; nobody else is told which reason it was."""
    try:
        found = host.find(token_or_url)
    except LinkUnknown:
        return
    if isinstance(found, DeletedLink):
        err.write(f"deleted {exact(found.deleted_at, settings.time_zone)} by {visible(found.deleted_by)}\n")
    elif found.used_at is not None:
        by = f" by {visible(found.used_by)}" if found.used_by else ""
        err.write(f"used {exact(found.used_at, settings.time_zone)}{by}\n")
    elif found.expires_at is not None:
        err.write(f"expired {exact(found.expires_at, settings.time_zone)}\n")


def _delete(arguments: argparse.Namespace, settings: Settings, store: Store, out: TextIO, err: TextIO) -> int:
    del out
    host = store.as_host(settings.host)
    ids, unknown = [], []
    for text in arguments.links:
        try:
            found = host.find(text)
        except LinkUnknown:
            found = None
        if isinstance(found, Link):
            ids.append(found.id)
        else:
            unknown.append(text)
    if unknown:
        err.write("".join(f"no such link: {visible(text)}\n" for text in unknown) + "nothing was deleted\n")
        return REFUSED
    err.write(f"{host.delete(ids).links} deleted\n")
    return DONE


def _add_event_type(arguments: argparse.Namespace, settings: Settings, store: Store, out: TextIO, err: TextIO) -> int:
    del err
    added = store.as_host(settings.host).add_event_type(arguments.name, arguments.slug, arguments.minutes)
    out.write(f"{added.slug}\n")
    return DONE


def _list_event_types(arguments: argparse.Namespace, settings: Settings, store: Store, out: TextIO, err: TextIO) -> int:
    kinds = store.as_host(settings.host).event_types()
    if arguments.json:
        fields = [
            {"slug": kind.slug, "name": kind.name, "minutes": kind.minutes, "links": kind.links} for kind in kinds
        ]
        _write_json(fields, out)
        return DONE
    out.writelines(f"{visible(kind.slug)}\t{visible(kind.name)}\t{kind.minutes} min\t{kind.links}\n" for kind in kinds)
    if not kinds:
        err.write("no event types yet; add one with: secret-links event-type add NAME\n")
    return DONE


def _write_json(rows: Sequence[object], out: TextIO) -> None:
    out.write(escaped(json.dumps(rows, ensure_ascii=False, indent=2)) + "\n")


def _stamp(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if instant else None
