"""A table of any number of rows from any source; it knows nothing of links."""
