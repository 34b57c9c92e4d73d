"""Correcting annotations in the browser."""
