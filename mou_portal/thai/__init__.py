"""The Thai kit: Buddhist Era dates, baht, sorting and search text. Imports no app of the portal."""
