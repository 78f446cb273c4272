"""The screen's verbs for people and scripts; none of them loads Textual."""
