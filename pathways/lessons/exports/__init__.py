"""What leaves the portal of lessons, as files: citations, tables, the book, and files for qualitative software.

Everything in here is made from :class:`pathways.lessons.consent.Shown`, as the outside sees it, whoever asks.
"""
