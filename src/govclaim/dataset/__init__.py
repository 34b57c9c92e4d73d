"""Annotations of many documents as a database, for questions in SQL."""
