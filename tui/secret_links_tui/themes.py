"""The program's two themes, ink (dark) and paper (light), each in three versions: any colour, 256 and 16.

A terminal of fewer colours takes the nearest of its own for any other colour: grounds become one, and statuses look
alike. So each version has only colours that its terminals draw. Text has a contrast of at least 4.5 on every ground
that it stands on, borders and the scrollbar one of 3; tests/tui/test_contrast.py measures what is drawn.

The names are Textual's, so that its own themes work too. The ground of the cursor's row is `primary-muted`, of a
selected one `accent-muted`, of one that has just flipped `success-muted`, and of buttons that delete `error-muted`. The
ground of a field that has the focus is `secondary-muted`, with `text-secondary` on it, and `foreground-muted` for its
placeholder.
"""

from __future__ import annotations

from dataclasses import replace

from textual.theme import Theme

from secret_links_tui import theme_names

INK = Theme(
    name=theme_names.INK,
    dark=True,
    primary="#82aaff",
    secondary="#b4a1f2",
    accent="#ffcb6b",
    success="#7fd88f",
    warning="#e0af68",
    error="#f7768e",
    foreground="#d6dbe8",
    background="#12141c",
    surface="#1a1d29",
    panel="#232838",
    variables={
        "text-muted": "#aeb5c5",
        "text-primary": "#a8c5ff",
        "text-warning": "#efc27f",
        "text-error": "#ffa3b3",
        "primary-muted": "#2a4273",
        "accent-muted": "#46402c",
        "success-muted": "#1d5232",
        "error-muted": "#4a2834",
        "secondary-muted": "#2a4273",
        "border": "#5f7ab8",
        "input-selection-background": "#3a5c96",
        "foreground-muted": "#c3c9d8",
    },
)

PAPER = Theme(
    name=theme_names.PAPER,
    dark=False,
    primary="#2149a3",
    secondary="#55399e",
    accent="#7d4a00",
    success="#14602f",
    warning="#6e4b00",
    error="#a01c33",
    foreground="#23262f",
    background="#fbfaf6",
    surface="#f2f0e9",
    panel="#e6e3d9",
    variables={
        "text-muted": "#50545f",
        "primary-muted": "#bccdf0",
        "accent-muted": "#f0d9b0",
        "success-muted": "#bfe6c6",
        "error-muted": "#f2cfcf",
        "secondary-muted": "#d3def6",
        "border": "#7d7a70",
        "foreground-muted": "#444955",
    },
)

INK_OF_256 = Theme(
    name="ink-256",
    dark=True,
    primary="#87afff",
    secondary="#afafff",
    accent="#ffd75f",
    success="#87d787",
    warning="#ffaf5f",
    error="#ff8787",
    foreground="#e4e4e4",
    background="#121212",
    surface="#262626",
    panel="#3a3a3a",
    variables={
        "text-muted": "#bcbcbc",
        "text-primary": "#87d7ff",
        "text-error": "#ffafaf",
        "primary-muted": "#0000af",
        "accent-muted": "#5f005f",
        "success-muted": "#005f00",
        "error-muted": "#5f0000",
        "secondary-muted": "#00005f",
        "border": "#5f87d7",
        "primary-lighten-1": "#afd7ff",
        "input-selection-background": "#005f87",
    },
)

PAPER_OF_256 = Theme(
    name="paper-256",
    dark=False,
    primary="#0000af",
    secondary="#5f00af",
    accent="#5f5f00",
    success="#005f00",
    warning="#870087",
    error="#870000",
    foreground="#262626",
    background="#ffffff",
    surface="#eeeeee",
    panel="#dadada",
    variables={
        "text-muted": "#4e4e4e",
        "primary-muted": "#d7d7ff",
        "accent-muted": "#ffd7af",
        "success-muted": "#afffaf",
        "text-accent": "#262626",
        "error-muted": "#ffd7d7",
        "secondary-muted": "#d7d7ff",
        "border": "#767676",
        "primary-lighten-1": "#0000d7",
        "input-selection-background": "#87d7ff",
    },
)

INK_OF_SIXTEEN = Theme(
    name="ink-16",
    dark=True,
    primary="#55ffff",
    secondary="#55ffff",
    accent="#ffff55",
    success="#55ff55",
    warning="#ffff55",
    error="#ff5555",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#0000aa",
    variables={
        "text-muted": "#aaaaaa",
        "primary-muted": "#0000aa",
        "accent-muted": "#aaaaaa",
        "success-muted": "#00aa00",
        "error-muted": "#000000",
        "secondary-muted": "#00aaaa",
        "text-secondary": "#000000",
        "foreground-muted": "#000000",
        "primary-lighten-1": "#ffffff",
        "input-selection-background": "#0000aa",
        "input-selection-foreground": "#ffffff",
    },
)

# Green is too pale on white, and grey in xterm's palette: what is not black there is blue, red or magenta.
PAPER_OF_SIXTEEN = Theme(
    name="paper-16",
    dark=False,
    primary="#0000aa",
    secondary="#0000aa",
    accent="#0000aa",
    success="#000000",
    warning="#aa00aa",
    error="#aa0000",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#aaaaaa",
    variables={
        "text-muted": "#000000",
        "primary-muted": "#0000aa",
        "accent-muted": "#aaaaaa",
        "success-muted": "#55ff55",
        "error-muted": "#ffffff",
        "secondary-muted": "#55ffff",
        "primary-lighten-1": "#0000aa",
        "input-selection-background": "#0000aa",
        "input-selection-foreground": "#ffffff",
    },
)

_NAMED = (
    *("primary", "secondary", "accent", "success", "warning", "error"),
    *("foreground", "background", "surface", "panel"),
)


def _complete(theme: Theme) -> Theme:
    """Returns a theme with everything that Textual would compute of its colours, and might round."""
    muted, ground = theme.variables["text-muted"], theme.background
    derived = {name: getattr(theme, name) for name in _NAMED}
    derived |= {f"text-{name}": getattr(theme, name) for name in ("primary", "success", "warning", "error", "accent")}
    derived |= {"text": theme.foreground, "text-secondary": theme.foreground}
    derived |= {"text-disabled": muted, "foreground-muted": muted, "panel-darken-2": muted}
    derived |= {"border": theme.primary, "border-blurred": theme.panel, "link-color": theme.accent}
    derived |= dict.fromkeys(("block-cursor-foreground", "button-color-foreground", "link-color-hover"), ground)
    return replace(theme, variables={**derived, **theme.variables})


OWN = tuple(_complete(theme) for theme in (INK, PAPER, INK_OF_256, PAPER_OF_256, INK_OF_SIXTEEN, PAPER_OF_SIXTEEN))

OF_TERMINAL = (
    replace(OWN[0], name=theme_names.AS_TERMINAL),
    *(replace(own, name=f"{theme_names.AS_TERMINAL}-{own.name}") for own in OWN),
)
"""The same under names of their own, by which they are known to change with the terminal."""
