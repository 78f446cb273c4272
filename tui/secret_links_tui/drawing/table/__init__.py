"""A table of any rows as plain text: its columns, its lines and its scrollbar; it knows nothing of links."""
