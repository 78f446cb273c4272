"""Whole stores, of all hosts: copied from one database to another, or filled with made-up links."""
