"""Other forms back into annotations."""
