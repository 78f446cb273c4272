"""The layout of the screen of links: where it is drawn before Textual is loaded, too."""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from secret_links_tui.drawing.places import screen_places
from secret_links_tui.widgets.filter_bar import FilterBar


@dataclass
class ScreenLayout(Layout):
    """Puts the parts of the screen of links where they belong; those that dock are none of its business."""

    title_bar: Widget
    filter_bar: FilterBar
    table: Widget
    selection_bar: Widget
    key_bar: Widget

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Returns where those of the parts are that are shown."""
        del parent, greedy
        width, lines = size
        filters = self.filter_bar.places(width).height
        places = screen_places(lines, filters, has_selection=self.selection_bar in children)
        regions = {
            self.title_bar: Region(0, 0, width, 1),
            self.filter_bar: Region(0, places.filters, width, filters),
            self.table: Region(0, places.table, width, places.table_height),
            self.selection_bar: Region(0, places.selection, width, 1),
            self.key_bar: Region(0, places.keys, width, 1),
        }
        return [WidgetPlacement(regions[child], Offset(), Spacing(), child) for child in children if child in regions]
