"""Pages of seminars, presentations and field visits."""
