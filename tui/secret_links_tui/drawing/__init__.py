"""What stands where on the screen of links, as plain text: drawn by Textual, and before Textual is loaded.

Nothing here knows Textual or rich, whose loading takes ten times as long as drawing a screen. Records are NamedTuples:
a dataclass is made of code that is generated at each start, which takes six times as long.
"""
