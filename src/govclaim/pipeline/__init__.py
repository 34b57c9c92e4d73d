"""The pipeline: where the stages meet, as a spaCy ``Language``."""
