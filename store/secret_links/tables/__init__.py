"""The tables: their columns, indexes and history, what each database spells differently, and odd values in rows."""
