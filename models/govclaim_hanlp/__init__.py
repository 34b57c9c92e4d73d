"""A tagger of names for HanLP: weights and their card."""

from pathlib import Path

__all__ = ["FOLDER"]

FOLDER = Path(__file__).parent
"""Where ``config.json`` and the weights lie, as ``govclaim.backends.hanlp`` and ``hanlp.load`` take it."""
