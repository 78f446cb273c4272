"""Whole stores, of all hosts: store grant."""

from __future__ import annotations

from argparse import Namespace

from secret_links_tui.verbs.codes import DONE
from secret_links_tui.verbs.desk import Desk


def grant(asked: Namespace, desk: Desk) -> int:
    """Prints the SQL that gives terminals and booking pages their rights on a server; nothing is executed."""
    from secret_links.postgres_rights import PAGE, SCHEMA, TERMINAL, rights  # noqa: PLC0415  # loads the driver

    named = (asked.terminal_role, TERMINAL), (asked.page_role, PAGE), (asked.schema, SCHEMA)
    terminal, page, schema = (default if given is None else given for given, default in named)
    desk.out.write(rights(terminal, page, schema))
    return DONE
