"""The screen and the command line of Secret Links."""
