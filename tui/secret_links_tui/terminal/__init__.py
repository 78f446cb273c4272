"""The terminal that a host sits at: what it is, what it sends, its clipboard, and every way out of the program."""
