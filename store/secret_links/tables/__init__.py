"""The tables: their columns, indexes and migrations, and what each database spells differently."""
