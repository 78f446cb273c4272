"""The screen and the command line of Secret Links."""

__version__ = "0.1.0"
"""The version of the package, which is built with it: reading it from its metadata would take a quarter of a start."""
