"""Finished annotations in other forms."""
