"""A store in an SQLite file: its connections, its schema, and what can be wrong with a file."""
