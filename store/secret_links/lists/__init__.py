"""Lists of a host's links, of any length: their order, rows, numbers and selections.

Nothing here depends on which database answers, or on how rows are shown.
"""
