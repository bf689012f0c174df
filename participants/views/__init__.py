"""Pages of agreements, parties, people, and of the ledger."""
