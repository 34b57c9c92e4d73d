"""The default model of govclaim: weights and their card."""

from pathlib import Path

__all__ = ["FOLDER"]

FOLDER = Path(__file__).parent
"""Where ``model.toml`` and the weights lie, as ``Tagger.load`` takes it."""
