"""A model's folder: what its weights are, and that they are whole.

``model.toml`` names the model and the SHA-256 of each file of weights. Every part may be absent (the tagger, and each
of ``knowledge.FITTED``); the shipped one then stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from govclaim import knowledge
from govclaim.errors import ModelError
from govclaim.pipeline.backends import shipped_model
from govclaim.recognizers.tagger import CONTRACT, LABELS, Tagger, read_card

__all__ = ["STATISTICS", "TAGGER", "WEIGHTS", "Model", "digest_key"]

TAGGER = "tagger.npz"
"""The file with the tagger's weights."""
STATISTICS = "curvature.tsv.gz"
"""How firmly the claims' weights are known (``training.adaptation``); no text is annotated with it."""
WEIGHTS = (*knowledge.FITTED, TAGGER, STATISTICS)
"""All files that ``model.toml`` may name."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights that are whole.

    Attributes:
        folder: Where ``model.toml`` lies.
        name: As ``model.toml`` has it; empty for the shipped one of old.
        version: The same.
        digests: SHA-256 of each file of weights that it has of its own.
        parent: What it was trained from, if from a model.
    """

    folder: Path
    name: str
    version: str
    digests: Mapping[str, str]
    parent: str | None = None

    @classmethod
    def read(cls, folder: Path | str) -> Model:
        """Check a model's folder.

        Args:
            folder: With ``model.toml``.

        Raises:
            ModelError: There is none, it is for another contract, or a file of weights is missing, damaged, or not
                named in it.
        """
        folder = Path(folder)
        card = read_card(folder)
        where = str(folder / "model.toml")
        if card.get("contract") != CONTRACT:
            hint = f"train it for contract {CONTRACT}"
            raise ModelError(f"the model follows contract {card.get('contract')}", where=where, hint=hint)
        digests = {name: card[digest_key(name)] for name in WEIGHTS if digest_key(name) in card}
        for name in WEIGHTS:
            _check(folder / name, digests.get(name), where)
        if TAGGER in digests and card.get("labels") != list(LABELS):
            hint = f"train it with labels {list(LABELS)}"
            raise ModelError(f"the model's labels are {card.get('labels')}", where=where, hint=hint)
        parent = card.get("parent")
        return cls(folder, _text(card, "name"), _text(card, "version"), digests, str(parent) if parent else None)

    @classmethod
    def shipped(cls) -> Model:
        """The one that ships, with its claims' weights from among the tables."""
        tagger = cls.read(shipped_model())
        tables = knowledge.default().folders[0]
        fitted = {name: sha256((tables / name).read_bytes()).hexdigest() for name in knowledge.FITTED}
        return replace(tagger, name=tagger.name or "govclaim_news", digests={**tagger.digests, **fitted})

    @property
    def identity(self) -> str:
        """What an annotation's ``producer`` calls it."""
        return f"{self.name}-{self.version}" if self.name else self.version

    @property
    def digest(self) -> str:
        """SHA-256 of all that it has of its own: two models with one digest annotate alike."""
        names = sorted(set(self.digests) - {STATISTICS})
        return sha256("".join(f"{self.digests[name]}  {name}\n" for name in names).encode()).hexdigest()

    def tagger(self) -> Tagger:
        """Its tagger, or the shipped one under its name.

        Raises:
            ModelError: There is none, or it is damaged.
        """
        return replace(Tagger.load(self.folder if TAGGER in self.digests else shipped_model()), version=self.identity)


def digest_key(name: str) -> str:
    """What ``model.toml`` calls the SHA-256 of a file of weights.

    Args:
        name: Of the file; the tagger's is ``sha256`` alone, as of old.
    """
    return "sha256" if name == TAGGER else f"{name.partition('.')[0]}_sha256"


def _text(card: Mapping[str, Any], key: str) -> str:
    return str(card.get(key, ""))


def _check(path: Path, wanted: str | None, card: str) -> None:
    try:
        found = sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    except OSError as error:
        raise ModelError(f"the weights cannot be read ({error.strerror})", where=str(path)) from error
    if found == wanted:
        return
    if found is None:
        hint = "copy the whole folder, or train the model again"
        raise ModelError(f"the weights are missing that {card} names", where=str(path), hint=hint)
    if wanted is None:
        raise ModelError(f"{card} does not name these weights", where=str(path), hint="remove the file, or train anew")
    raise ModelError(
        "the weights are damaged or of another version: their sha256 is not the one that model.toml names",
        where=str(path),
        hint="copy the whole folder, or train the model again",
    )
