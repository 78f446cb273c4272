"""What each verb of the command line can be asked."""

from __future__ import annotations

import argparse
from typing import Any

from secret_links import Status
from secret_links.expiry import EXPIRY_FORMS
from secret_links_tui.commands.options import options_behind
from secret_links_tui.commands.words import whole_number

SHELLS = {
    "bash": "secret-links completion bash >> ~/.bashrc",
    "zsh": """echo 'autoload -Uz compinit && compinit && eval "$(secret-links completion zsh)"' >> ~/.zshrc""",
    "fish": "mkdir -p ~/.config/fish/completions && "
    "secret-links completion fish > ~/.config/fish/completions/secret-links.fish",
}
"""The shells that complete commands, and what has each do so from its next start on."""

Verbs = Any
"""What argparse gives verbs a place in; it has no public name for it."""


def add_verbs(root: argparse.ArgumentParser) -> None:
    """Adds all verbs."""
    verbs = root.add_subparsers(dest="verb", metavar="COMMAND")
    _making(verbs)
    _looking(verbs)
    _removing(verbs)
    _keeping(verbs)
    _serving(verbs)


def _verb(verbs: Verbs, name: str, run: str, what: str, example: str) -> argparse.ArgumentParser:
    """Adds a verb, with an example below its options; `run` names its module and function."""
    verb: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=f"example:\n  secret-links {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[options_behind()],
    )
    verb.set_defaults(run=run)
    return verb


def _group(verbs: Verbs, name: str, what: str) -> argparse.ArgumentParser:
    """Adds a noun that has verbs of its own."""
    group: argparse.ArgumentParser = verbs.add_parser(name, help=what, parents=[options_behind()])
    return group


def _making(verbs: Verbs) -> None:
    generate = _verb(
        verbs,
        "generate",
        "making:generate",
        "generate links; prints their URLs, one a line",
        "generate final-round --expires 7d --labels - < names.txt",
    )
    generate.add_argument("event_type", metavar="SLUG", help="the event type they are for")
    generate.add_argument(
        "-n", dest="count", type=whole_number, metavar="N", help="how many (default: one for each label, or 1)"
    )
    generate.add_argument("--expires", metavar="WHEN", help=f"{EXPIRY_FORMS}; a date means the end of that day")
    generate.add_argument(
        "--label", action="append", default=[], metavar="TEXT", help="who it is for; one for all, or one each"
    )
    generate.add_argument(
        "--labels",
        metavar="FILE",
        help="labels from a file, one a line, or what list --json or --csv gave; - for standard input",
    )
    generate.add_argument(
        "--plain-lines", action="store_true", help="take each line for a label, also of what looks like a table or JSON"
    )
    generate.add_argument("--json", action="store_true", help="as a JSON array")
    generate.add_argument("--format", metavar="TEXT", help=r"a line for each, as in '{label}\t{url}'")

    reissue = _verb(
        verbs,
        "reissue",
        "making:reissue",
        "generate a fresh link like an old one, which stays as it is",
        "reissue https://42min.us/s/TOKEN --expires 7d",
    )
    reissue.add_argument("link", metavar="TOKEN_OR_URL")
    reissue.add_argument("--expires", metavar="WHEN", help="default: as far ahead as the old one's was")
    reissue.add_argument("--json", action="store_true", help="as a JSON array")

    redeem = _verb(
        verbs,
        "redeem",
        "making:redeem",
        "spend a link on a booking; exit code 1 if it is not available, 3 if that cannot be told",
        "redeem https://42min.us/s/TOKEN --by 'Ana Pires'",
    )
    redeem.add_argument("link", metavar="TOKEN_OR_URL")
    redeem.add_argument("--by", metavar="TEXT", help="who books")
    redeem.add_argument("--reference", metavar="TEXT", help="what the booking is called where it is kept")


def _looking(verbs: Verbs) -> None:
    listing = _verb(
        verbs,
        "list",
        "looking:list_links",
        "list links, newest first",
        "list --status active --expires-within 3d --json",
    )
    _add_filters(listing)
    listing.add_argument(
        "--expires-within", metavar="SPAN", help="those that expire within 3d or 12h, the soonest first"
    )
    listing.add_argument("--limit", type=whole_number, metavar="N", help="so many at the most")
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON array")
    form.add_argument("--csv", action="store_true", help="as CSV, for spreadsheets")

    show = _verb(
        verbs,
        "show",
        "looking:show",
        "tell everything known of a link, and why it does not open",
        "show https://42min.us/s/TOKEN",
    )
    show.add_argument("link", metavar="TOKEN_OR_URL")
    show.add_argument("--json", action="store_true", help="as a JSON object")


def _removing(verbs: Verbs) -> None:
    delete = _verb(
        verbs,
        "delete",
        "removing:delete",
        "delete links; their URLs stop working at once",
        "delete --status expired --older-than 30d --yes",
    )
    delete.add_argument(
        "links", metavar="TOKEN_OR_URL", nargs="*", help="- for those on standard input, as generate or list gave them"
    )
    _add_filters(delete)
    delete.add_argument("--older-than", metavar="SPAN", help="used, expired or, if Active, made longer ago than 30d")
    delete.add_argument("--dry-run", action="store_true", help="say how many, and delete none")
    delete.add_argument("--yes", action="store_true", help="delete all that pass the filters")

    _verb(verbs, "undo", "removing:undo", "bring back what was deleted last", "undo")


def _keeping(verbs: Verbs) -> None:
    event_type = _group(verbs, "event-type", "add, change, remove or list event types")
    kinds = event_type.add_subparsers(dest="event_type_verb", metavar="COMMAND", required=True)
    add = _verb(
        kinds,
        "add",
        "keeping:add_event_type",
        "add an event type; prints its slug",
        "event-type add 'Final round' --minutes 60",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--slug", help="what the command line calls it (default: made from the name)")
    add.add_argument("--minutes", type=whole_number, default=30, metavar="N", help="how long it takes (default: 30)")
    change = _verb(
        kinds,
        "change",
        "keeping:change_event_type",
        "change an event type; its links stay",
        "event-type change final-round --minutes 45",
    )
    change.add_argument("event_type", metavar="SLUG")
    change.add_argument("--name")
    change.add_argument("--slug", help="what the command line calls it from now on")
    change.add_argument("--minutes", type=whole_number, metavar="N")
    remove = _verb(
        kinds,
        "remove",
        "keeping:remove_event_type",
        "remove an event type",
        "event-type remove final-round --with-links",
    )
    remove.add_argument("event_type", metavar="SLUG")
    remove.add_argument("--with-links", action="store_true", help="delete its links too")
    listed = _verb(kinds, "list", "keeping:list_event_types", "list event types", "event-type list --json")
    listed.add_argument("--json", action="store_true", help="as a JSON array")

    backup = _verb(
        verbs, "backup", "keeping:backup", "copy the store, of all hosts, while it is in use", "backup links-copy.db"
    )
    backup.add_argument("file", metavar="FILE", help="a file that is not there yet")

    store = _group(verbs, "store", "upgrade or copy a whole store, or say who may do what with it")
    _stores(store.add_subparsers(dest="store_verb", metavar="COMMAND", required=True))


def _stores(operations: Verbs) -> None:
    _verb(
        operations,
        "upgrade",
        "keeping:upgrade",
        "bring the store to the schema of this program; a file does that by itself",
        "--store postgresql://links@db.example/links store upgrade",
    )
    copy = _verb(
        operations,
        "copy",
        "stores:copy",
        "copy a whole store, of all hosts, into an empty one; begun again, it goes on where it was",
        "store copy links.db postgresql://links@db.example/links",
    )
    copy.add_argument("source", metavar="FROM", help="a path, or the URL of a server's database")
    copy.add_argument("target", metavar="TO", help="the same; made where it is not there yet")
    grant = _verb(
        operations,
        "grant",
        "stores:grant",
        "print the SQL that lets a role of terminals and one of booking pages use a store on PostgreSQL",
        "store grant --page-role booking | psql --set ON_ERROR_STOP=1 links",
    )
    grant.add_argument(
        "--terminal-role", metavar="NAME", help="who can do all that hosts do (default: secret_links_terminal)"
    )
    grant.add_argument(
        "--page-role", metavar="NAME", help="who can look one link up and redeem it (default: secret_links_page)"
    )
    grant.add_argument("--schema", metavar="NAME", help="where the store's tables are (default: public)")


def _serving(verbs: Verbs) -> None:
    hosts = _group(verbs, "access", "say which SSH keys open whose links, on an account of their own")
    acts = hosts.add_subparsers(dest="access_verb", metavar="COMMAND", required=True)
    allow = _verb(acts, "add", "access:add", "let a key in, as one host", "access add ana ana.pub")
    allow.add_argument("name", metavar="HOST")
    allow.add_argument("key", metavar="KEYFILE", help="a public key; - for standard input")
    refuse = _verb(acts, "remove", "access:remove", "let a host's keys in no more", "access remove ana")
    refuse.add_argument("name", metavar="HOST")
    _verb(acts, "list", "access:list_keys", "list the keys", "access list")
    completion = _verb(
        verbs,
        "completion",
        "completing:completion",
        "give a script that completes commands in a shell",
        "completion bash",
    )
    set_up = "".join(f"\n  {line}" for line in SHELLS.values())
    completion.epilog = f"{completion.epilog}\n\nto have a shell use it from its next start on:{set_up}"
    completion.add_argument("shell", choices=tuple(SHELLS), help="which shell")


def _add_filters(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--event-type", metavar="SLUG", help="of one event type only")
    verb.add_argument("--status", choices=[status.value for status in Status], help="of one status only")
    verb.add_argument("--search", metavar="TEXT", help="a token, a URL, or a part of a token or label")
