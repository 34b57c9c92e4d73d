"""Annotating over HTTP."""
