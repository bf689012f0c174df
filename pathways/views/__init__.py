"""Pages of pathways: choices, plans, progress updates, reviews, evidence."""
