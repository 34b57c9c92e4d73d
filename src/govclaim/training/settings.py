"""How training is set up: a TOML file over the documented defaults of ``data/train.toml``."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from govclaim.errors import InputError
from govclaim.extras import required

__all__ = ["PARTS", "Anneal", "Names", "Penalty", "Settings", "Update", "defaults", "read"]

PARTS = ("kinds", "ranker", "modality", "periods", "subjects", "tagger")
"""What can be trained, in order."""


@dataclass(frozen=True, slots=True)
class Update:
    """How far weights may move from those that they start from.

    Attributes:
        keep: How much the old documents count against the new; several to choose from.
        ridge: Pull on every weight, beside that of the old documents.
        steps: Of the optimiser.
        least: Documents that must show a feature that the old model never met.
    """

    keep: tuple[float, ...]
    ridge: float
    steps: int
    least: int


@dataclass(frozen=True, slots=True)
class Anneal:
    """Of weights that are learnt figure by figure.

    Attributes:
        epochs: Passes over the documents; several to choose from.
        l2: Penalties to choose from.
        rate: AdaGrad's step.
    """

    epochs: tuple[int, ...]
    l2: tuple[float, ...]
    rate: float


@dataclass(frozen=True, slots=True)
class Penalty:
    """Of weights that are learnt from all documents at once.

    Attributes:
        l2: Penalties to choose from.
        steps: Of the optimiser.
    """

    l2: tuple[float, ...]
    steps: int = 200


@dataclass(frozen=True, slots=True)
class Names:
    """Of the tagger.

    Attributes:
        epochs: Passes over the documents at most.
        rate: Step of the optimiser.
        pull: Draws weights to their old values.
    """

    epochs: int
    rate: float
    pull: float


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings.

    Attributes:
        name: Of the model.
        version: Of the model.
        parts: What is trained.
        seed: Of every shuffle.
        folds: Parts of the documents of which each is left out in turn, where no development documents are given.
    """

    name: str
    version: str
    parts: tuple[Literal["kinds", "ranker", "modality", "periods", "subjects", "tagger"], ...]
    seed: int
    folds: int
    update: Update
    kinds: Anneal
    ranker: Anneal
    modality: Anneal
    periods: Penalty
    subjects: Penalty
    tagger: Names


def defaults() -> str:
    """The file of defaults, with what each means."""
    return resources.files("govclaim").joinpath("data/train.toml").read_text("utf-8")


def read(path: Path | None = None, **given: Any) -> Settings:
    """The settings of a training.

    Args:
        path: A TOML file with what differs from the defaults.
        given: Values of the top level that differ from both; ``None`` is none given.

    Raises:
        InputError: The file cannot be read, or a setting is unknown or wrong.
    """
    found = _parsed(defaults(), "train.toml")
    if path is not None:
        found = _merged(found, _parsed(_text(path), str(path)), str(path))
    return replace(_checked(found, str(path or "train.toml")), **{k: v for k, v in given.items() if v is not None})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "govclaim train --print-config > train.toml makes one"
        raise InputError(f"the settings cannot be read ({error})", where=str(path), hint=hint) from error


def _parsed(text: str, where: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        tomllib = required("tomli", "train")
    try:
        return dict(tomllib.loads(text))
    except ValueError as error:
        raise InputError(f"the settings are no TOML ({error})", where=where, hint="see https://toml.io") from error


def _merged(base: dict[str, Any], extra: dict[str, Any], where: str) -> dict[str, Any]:
    for key, value in extra.items():
        if key not in base:
            raise InputError(f"there is no setting {key!r}", where=where, hint=f"there are {', '.join(base)}")
        if isinstance(base[key], dict) and not isinstance(value, dict):
            raise InputError(f"{key} is a table, not a value", where=where, hint=f"write [{key}] on a line of its own")
        base[key] = _merged(base[key], value, f"{where}: {key}") if isinstance(value, dict) else value
    return base


def _checked(content: dict[str, Any], where: str) -> Settings:
    from pydantic import TypeAdapter, ValidationError

    try:
        settings = TypeAdapter(Settings).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        hint = "govclaim train --print-config shows every setting"
        raise InputError(f"{place}: {first['msg']} (found {first['input']!r})", where=where, hint=hint) from error
    lists = {
        "parts": settings.parts,
        "update.keep": settings.update.keep,
        "kinds.epochs": settings.kinds.epochs,
        "kinds.l2": settings.kinds.l2,
        "ranker.epochs": settings.ranker.epochs,
        "ranker.l2": settings.ranker.l2,
        "modality.epochs": settings.modality.epochs,
        "modality.l2": settings.modality.l2,
        "periods.l2": settings.periods.l2,
        "subjects.l2": settings.subjects.l2,
    }
    empty = next((name for name, values in lists.items() if not values), None)
    if empty or settings.folds < 2:
        what = f"{empty} is empty" if empty else f"folds is {settings.folds}"
        raise InputError(what, where=where, hint="give at least one value, and two folds")
    return settings
