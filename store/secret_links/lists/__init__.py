"""Lists of a host's links, however long: in which order, which links, how many, and what has been selected of them.

What is here knows neither which database answers nor how rows are shown.
"""
