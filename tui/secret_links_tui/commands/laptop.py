"""What a host puts on their laptop: how ssh gets to the server, and a command that cleans the terminal up after it.

Of some ten round trips from a laptop to the first rows, seven are ssh's own to connect; a connection that is shared
saves them. When the line drops, nobody at the server can reach the terminal any more, so the laptop has to put it back.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping

from secret_links_tui.terminal.restored import RESTORED

NAME = "links"
"""What the server is called on the laptop, for ssh and as a command."""

_ON_LAPTOP = """\
# For the laptop of {host}. In ~/.ssh/config, with the name by which the laptop finds this server:
{stanza}
# In ~/.bashrc or ~/.zshrc; then “{name}” opens the screen, and “{name} list” lists:
{function}
"""

_STANZA = """\
Host {name}
    HostName {server}
    User {user}{port}
    RequestTTY auto
    ServerAliveInterval 5
    ServerAliveCountMax 3
    ControlMaster auto
    ControlPath ~/.ssh/{name}-%C
    ControlPersist 1h
"""

_FUNCTION = """\
{name}() {{ ssh {name} -- "$@"; set -- $?
  [ "$1" -lt 128 ] || {{ stty sane; printf '{restored}'; }} </dev/tty >/dev/tty 2>&1; return "$1"; }}
"""


def for_laptop(host: str, environ: Mapping[str, str]) -> str:
    """Returns what a host puts on their laptop, with words on where."""
    return _ON_LAPTOP.format(host=host, name=NAME, stanza=stanza(environ), function=function())


def stanza(environ: Mapping[str, str], server: str | None = None, user: str | None = None) -> str:
    """Returns what ssh reads: idle connections are shared for an hour, those to a dead line given up in 15 seconds.

    `server` and `user` are this machine and this account if they are not given. An administrator who came in by ssh
    came to the server's right port.
    """
    _, _, address, port = (environ.get("SSH_CONNECTION", "").split() + [""] * 4)[:4]
    name = os.uname().nodename
    found = server or (name if "." in name or not address else address)
    whose = user or pwd.getpwuid(os.getuid()).pw_name
    return _STANZA.format(
        name=NAME, server=found, user=whose, port=f"\n    Port {port}" if port not in ("", "22") else ""
    )


def function() -> str:
    """Returns a function for shells: it cleans up where ssh was cut off (255) or killed."""
    # A digit behind an escape would be taken for a part of it by some shells.
    return _FUNCTION.format(name=NAME, restored=RESTORED.replace("\x1b7", "\\033\\067").replace("\x1b", "\\033"))
