"""What the screen reads from the store, and when: the only room with threads."""
