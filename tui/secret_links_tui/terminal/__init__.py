"""The host's terminal: which one it is, what it sends, its clipboard, and the ways out of the program."""
