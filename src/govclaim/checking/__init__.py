"""Claims against claims: whether figures can all be true. Works on finished annotations alone."""
