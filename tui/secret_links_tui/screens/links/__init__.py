"""The screen of links."""
