"""A store in a PostgreSQL database: its sessions, its schema, its faults, its roles, and how changes are noticed."""
