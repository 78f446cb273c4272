"""The widgets of the screens: the bars, and the table of links."""
