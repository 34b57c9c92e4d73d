"""What is installed here, and whether it works."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from packaging.requirements import Requirement

from govclaim import __version__, knowledge
from govclaim.errors import GovclaimError
from govclaim.schema import SCHEMA_VERSION, Annotation

__all__ = ["Check", "checks", "extras", "facts"]

_SAMPLE = "2025年，义乌市一般公共预算收入14.02亿元，同比增长15.27%。"
_PACKAGES = ("spacy", "spacy-pkuseg", "numpy", "pydantic")
_FOR_DEVELOPMENT = frozenset({"bench", "browser", "dev", "docs", "exports-test"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a user will do, tried.

    Attributes:
        name: What was tried.
        problem: What was wrong; ``None`` if nothing.
        seconds: How long it took.
    """

    name: str
    problem: str | None
    seconds: float


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
    return found | {package: _version(package) or "missing" for package in _PACKAGES}


def extras() -> dict[str, tuple[str, ...]]:
    """The extras that a user may install.

    Returns:
        For each the packages it still lacks here, none if it is there.
    """
    described = metadata("govclaim")
    wanted = [Requirement(line) for line in described.get_all("Requires-Dist", [])]
    found = {}
    for extra in sorted(set(described.get_all("Provides-Extra", [])) - _FOR_DEVELOPMENT):
        needs = [each for each in wanted if each.marker and each.marker.evaluate({"extra": extra})]
        found[extra] = tuple(each.name for each in needs if not _fits(each))
    return found


def checks(tables: Path | None = None, model: Path | None = None) -> Iterator[Check]:
    """Try what a user will do, step by step.

    Args:
        tables: A knowledge folder to lay over ours.
        model: A folder of weights instead of ours.

    Yields:
        What was tried. A step that fails is the last.
    """
    for name, attempt in _attempts(tables, model):
        began = time.monotonic()
        try:
            problem = attempt()
        except GovclaimError as error:
            problem = str(error)
        except ImportError as error:
            problem = f"{error}; reinstall govclaim"
        yield Check(name, problem, time.monotonic() - began)
        if problem is not None:
            return


def _attempts(tables: Path | None, model: Path | None) -> Iterator[tuple[str, Callable[[], str | None]]]:
    from govclaim.pipeline.load import annotate, load

    pipeline = cache(lambda: load(knowledge=tables, model=model))

    @cache
    def found() -> Annotation:
        return annotate(_SAMPLE, published="2026-01-20", nlp=pipeline(), tokens=True)

    def claims() -> str | None:
        values = [str(quantity.value) for quantity in found().quantities]
        if values != ["1402000000", "15.27"]:
            return f"the figures of the sample are read as {values}"
        return None if len(found().claims) == 2 else f"the sample gives {len(found().claims)} claims, not 2"

    yield "the pipeline loads", lambda: None if pipeline() else "no pipeline"
    yield "words are segmented", lambda: None if found().tokens else "no words were found"
    yield "figures and claims are found", claims


def _model() -> str:
    from govclaim.pipeline.backends import shipped_model
    from govclaim.recognizers.tagger import Tagger

    try:
        tagger = Tagger.load(shipped_model())
    except GovclaimError as error:
        return f"none ({error.message})"
    return f"{tagger.version}, sha256 {tagger.sha256}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _fits(requirement: Requirement) -> bool:
    found = _version(requirement.name)
    return found is not None and requirement.specifier.contains(found, prereleases=True)
