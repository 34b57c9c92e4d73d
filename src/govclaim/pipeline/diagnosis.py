"""What is installed here, and whether it works."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from govclaim import __version__, knowledge
from govclaim.errors import GovclaimError
from govclaim.schema import SCHEMA_VERSION

__all__ = ["checks", "facts"]

_SAMPLE = "2025年，义乌市一般公共预算收入14.02亿元，同比增长15.27%。"


def facts() -> dict[str, str]:
    """Versions and places, by name."""
    from govclaim.pipeline import backends

    found = {
        "govclaim": __version__,
        "schema": SCHEMA_VERSION,
        "knowledge": knowledge.VERSION,
        "model": _model(),
        "backends": ", ".join(backends.available()) or "none",
        "python": platform.python_version(),
        "platform": platform.platform(),
        "installed in": str(Path(__file__).parents[1]),
    }
    for package in ("spacy", "spacy-pkuseg", "numpy", "pydantic"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def checks(tables: Path | None = None, model: Path | None = None) -> Iterator[tuple[str, str | None]]:
    """Try what a user will do, step by step.

    Args:
        tables: A knowledge folder to lay over ours.
        model: A folder of weights instead of ours.

    Yields:
        What was tried, and what was wrong or ``None``. A step that fails is the last.
    """
    for name, attempt in _attempts(tables, model):
        try:
            problem = attempt()
        except GovclaimError as error:
            problem = str(error)
        except ImportError as error:
            problem = f"{error}; reinstall govclaim"
        yield name, problem
        if problem is not None:
            return


def _attempts(tables: Path | None, model: Path | None) -> Iterator[tuple[str, Callable[[], str | None]]]:
    from govclaim.pipeline.load import annotate, load

    def words() -> str | None:
        found = annotate(_SAMPLE, published="2026-01-20", nlp=load(knowledge=tables, model=model), tokens=True)
        return None if found.tokens else "no words were found"

    def claims() -> str | None:
        found = annotate(_SAMPLE, published="2026-01-20", nlp=load(knowledge=tables, model=model))
        values = [str(quantity.value) for quantity in found.quantities]
        if values != ["1402000000", "15.27"]:
            return f"the figures of the sample are read as {values}"
        return None if len(found.claims) == 2 else f"the sample gives {len(found.claims)} claims, not 2"

    yield "the pipeline loads", lambda: None if load(knowledge=tables, model=model) else "no pipeline"
    yield "words are segmented", words
    yield "figures and claims are found", claims


def _model() -> str:
    from govclaim.pipeline.backends import TaggerNames

    try:
        return TaggerNames().version
    except GovclaimError as error:
        return f"none ({error.message})"
