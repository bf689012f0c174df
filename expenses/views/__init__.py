"""Pages of expenses: lists, lines, decisions and the dry run."""
