"""The tables: their columns, indexes and history, and what each database spells differently."""
