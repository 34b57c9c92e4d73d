"""What a run is made of, so that it goes on only with the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from govclaim import __version__, knowledge
from govclaim.batch import sources
from govclaim.batch.records import Fields
from govclaim.batch.sources import Source
from govclaim.batch.work import Recipe
from govclaim.errors import InputError

__all__ = ["Manifest", "differences", "drawn_up"]

_FEW = 5
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What decides the result of a run.

    Attributes:
        inputs: By path: size in bytes and SHA-256; null for standard input.
        package: Version and digest of the code.
        model: Digest of the weights.
        knowledge: Version and digest of the tables, with those laid over them.
        options: All that was asked for.
    """

    inputs: dict[str, dict[str, Any]]
    package: dict[str, str]
    model: dict[str, str]
    knowledge: dict[str, str]
    options: dict[str, Any]

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return {"manifest": 1, **asdict(self)}

    @staticmethod
    def read(raw: Mapping[str, Any]) -> Manifest:
        """From JSON that ``content`` gave.

        Args:
            raw: The fields; further ones do no harm.
        """
        return Manifest(*(raw[name] for name in Manifest.__dataclass_fields__))


def drawn_up(
    files: Iterable[Source], recipe: Recipe, fields: Fields, options: Mapping[str, Any], names: Iterable[str]
) -> Manifest:
    """The manifest of a run that is to begin.

    Args:
        files: Each is read once, to be told by its content.
        recipe: What is done with each record.
        fields: Where the records hold what.
        options: What else decides the result.
        names: Paths as the user gave them.

    Raises:
        InputError: The folder of weights or tables is missing.
    """
    wanted = {name: value for name, value in asdict(recipe).items() if name not in ("model", "knowledge")}
    overlay = Path(recipe.knowledge) if recipe.knowledge else None
    tables = {"version": knowledge.VERSION, "sha256": _folder(_PACKAGE / "data")}
    return Manifest(
        inputs={source.path: _identity(source.path) for source in files},
        package={"version": __version__, "sha256": sources.digest(sorted(_PACKAGE.rglob("*.py")))},
        model={"sha256": _weights(Path(recipe.model) if recipe.model else None)},
        knowledge=tables if overlay is None else {**tables, "overlay": _folder(overlay)},
        options={"in": [*names], **options, **wanted, **{f"{k}_field": v for k, v in fields._asdict().items()}},
    )


def _shipped() -> Path:
    from govclaim.pipeline.backends import shipped_model

    return Path(shipped_model())


def _weights(folder: Path | None) -> str:
    """Of all files of the model; and of the shipped one, where it lends its tagger."""
    from govclaim.pipeline.model import TAGGER

    if folder is None:
        return _folder(_shipped())
    own = _folder(folder)
    return own if (folder / TAGGER).is_file() else sha256(f"{own} {_folder(_shipped())}".encode()).hexdigest()


def _folder(folder: Path) -> str:
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder), hint="check the path")
    return sources.digest(sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"))


def _identity(path: str) -> dict[str, Any]:
    if path == "-":
        return {"bytes": None, "sha256": None}
    total, size = sha256(), 0
    try:
        with Path(path).open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
                size += len(block)
    except OSError as error:  # the reader will reject it; if it can be read later, it has changed
        return {"bytes": None, "sha256": error.strerror}
    return {"bytes": size, "sha256": total.hexdigest()}


def differences(before: Manifest, now: Manifest) -> list[str]:
    """What differs between two runs, one line each, in words.

    Args:
        before: Of the run that was begun.
        now: Of the one that would go on.
    """
    return [*_of_inputs(before.inputs, now.inputs), *_of_programs(before, now), *_of_options(before, now)]


def _of_inputs(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if "-" in before or "-" in now:
        yield "standard input cannot be read a second time (save it to a file)"
    changed = [path for path in before if path in now and before[path] != now[path]]
    for path in changed[:_FEW]:
        was, is_ = before[path]["bytes"], now[path]["bytes"]
        yield f"the file {path} has changed" + (f" ({was} bytes then, {is_} now)" if was != is_ else "")
    gone = [path for path in before if path not in now]
    new = [path for path in now if path not in before]
    for paths, what in ((changed[_FEW:], "changed too"), (gone, "gone"), (new, "new")):
        if paths:
            yield f"{what}: {', '.join(paths[:_FEW])}" + (f" and {len(paths) - _FEW} more" if len(paths) > _FEW else "")
    if list(before) != list(now) and not gone and not new:
        yield "the files come in another order"


def _of_programs(before: Manifest, now: Manifest) -> Iterator[str]:
    for name in ("package", "model", "knowledge"):
        then, today = getattr(before, name), getattr(now, name)
        if then != today:
            versions = [found.get("version", found["sha256"][:12]) for found in (then, today)]
            same = versions[0] == versions[1]
            what = "has the same version but other files" if same else f"was {versions[0]}, is {versions[1]}"
            yield f"the {name} {what}"


def _of_options(before: Manifest, now: Manifest) -> Iterator[str]:
    for name in dict.fromkeys([*before.options, *now.options]):
        then, today = (json.dumps(found.options.get(name), ensure_ascii=False) for found in (before, now))
        if then != today and name != "in":
            yield f"the option {name} was {then}, is {today}"
