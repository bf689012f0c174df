"""The read-only data service for other systems: ``/api/v1/``, with its description and the page of keys.

It stands above the apps and shows, as JSON or CSV, the rows that the key's owner sees on the pages, and no others.
"""
