"""The command line, for people and scripts; none of it loads Textual."""
