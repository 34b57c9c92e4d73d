"""Linguistic knowledge: finds, validates and caches the tables under ``govclaim/data``.

A linguist edits CSV tables and YAML files; code holds only the grammar. A stage declares the row it
expects as a frozen dataclass and asks for the table; a faulty cell gives a ``KnowledgeError`` that
names file, line and column. A user's folder (``load(knowledge=DIR)``) may hold files of the same
names: its rows replace rows with the same first column and add new ones; its YAML is merged in.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from govclaim.errors import KnowledgeError

__all__ = ["FITTED", "VERSION", "Knowledge", "default"]

VERSION = "1"
"""Version of the shipped tables; written into every annotation's ``producer``."""
FITTED = (
    "confidence.tsv.gz",
    "kinds.tsv.gz",
    "modality.tsv.gz",
    "periods.tsv.gz",
    "ranker.tsv.gz",
    "subjects.tsv.gz",
    "trust.yaml",
)
"""Files of fitted weights: a model's folder may hold its own, which stand in the place of the shipped ones."""

Row = TypeVar("Row")
Built = TypeVar("Built")
_SHIPPED = Path(__file__).parent / "data"


class Knowledge:
    """The tables, read on first use and kept.

    Args:
        overlay: A folder whose files extend the shipped ones; ``None`` for the shipped ones alone.
        model: A model's folder; those of ``FITTED`` that it holds replace the shipped ones whole.

    Raises:
        KnowledgeError: The overlay is no folder.
    """

    def __init__(self, overlay: Path | str | None = None, model: Path | str | None = None) -> None:
        self.overlay = Path(overlay) if overlay is not None else None
        self.model = Path(model) if model is not None else None
        if self.overlay is not None and not self.overlay.is_dir():
            raise KnowledgeError(
                "the knowledge overlay is no folder",
                where=str(self.overlay),
                hint="pass a folder with files named like those in govclaim/data",
            )
        self._cache: dict[tuple[str, Any], Any] = {}

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Where tables are looked for, in order of growing precedence."""
        return (_SHIPPED,) if self.overlay is None else (_SHIPPED, self.overlay)

    def rows(self, name: str, model: type[Row]) -> tuple[Row, ...]:
        """Read a CSV table (also ``.csv.gz``).

        Args:
            name: File name, for example ``units.csv``.
            model: A frozen dataclass; its fields are the columns (fields with a default may be absent).
                An empty cell is ``None`` for a field that allows it, else the empty string.

        Returns:
            The rows in file order; those of an overlay replace rows with the same first column.

        Raises:
            KnowledgeError: The file is missing or a cell does not fit, with file, line and column.
        """
        key = (name, model)
        if key not in self._cache:
            merged: dict[str, Row] = {}
            for path in self._paths(name):
                merged.update(_read_rows(path, model))
            self._cache[key] = tuple(merged.values())
        return self._cache[key]  # type: ignore[no-any-return]

    def document(self, name: str, model: type[Row]) -> Row:
        """Read a YAML file into a frozen dataclass.

        Args:
            name: File name, for example ``cues.yaml``.
            model: A frozen dataclass; its fields are the top-level keys.

        Returns:
            The validated document; an overlay's lists are appended and its mappings merged.

        Raises:
            KnowledgeError: The file is missing, is no YAML, or does not fit ``model``.
        """
        key = (name, model)
        if key not in self._cache:
            content: Any = {}
            for path in self._paths(name):
                content = _merge(content, _read_yaml(path))
            self._cache[key] = _validate(model, content, str(self._paths(name)[-1]))
        return self._cache[key]  # type: ignore[no-any-return]

    def lines(self, name: str) -> tuple[str, ...]:
        """Read a text file of one entry a line (also ``.gz``); empty lines and ``#`` comments are skipped."""
        key = (name, str)
        if key not in self._cache:
            self._cache[key] = tuple(dict.fromkeys(self.entries(name)))
        return self._cache[key]  # type: ignore[no-any-return]

    def entries(self, name: str) -> Iterator[str]:
        """What ``lines`` gives, but not kept and with repetitions, for long tables that become something else.

        Args:
            name: File name; an overlay's entries come after the shipped ones.
        """
        for path in self._paths(name):
            for line in _read_text(path).splitlines():
                if not line.startswith("#") and (entry := line.strip()):
                    yield entry

    def derived(self, name: str, build: Callable[[Knowledge], Built]) -> Built:
        """What a stage compiles from the tables (a regular expression, an index), made once and kept.

        Args:
            name: A name that no other stage uses.
            build: Makes it from this object.
        """
        key = (name, "derived")
        if key not in self._cache:
            self._cache[key] = build(self)
        return self._cache[key]  # type: ignore[no-any-return]

    def _paths(self, name: str) -> list[Path]:
        paths = [folder / name for folder in self.folders if (folder / name).is_file()]
        if self.model is not None and name in FITTED and (self.model / name).is_file():
            # Weights hold together: one table's are not mixed with another's.
            paths = [self.model / name, *(path for path in paths if path.parent != _SHIPPED)]
        if not paths:
            raise KnowledgeError(
                f"the knowledge file {name} is missing",
                where=str(_SHIPPED / name),
                hint="reinstall govclaim, or put the file into your knowledge folder",
            )
        return paths


_DEFAULT: list[Knowledge] = []


def default() -> Knowledge:
    """The shipped tables without an overlay, shared by the whole process."""
    if not _DEFAULT:
        _DEFAULT.append(Knowledge())
    return _DEFAULT[0]


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"the file cannot be read ({error})", where=str(path), hint="save it as UTF-8") from error


def _read_rows(path: Path, model: type[Row]) -> dict[str, Row]:
    reader = csv.DictReader(io.StringIO(_read_text(path)), strict=True)
    optional = _optional_fields(model)
    rows: dict[str, Row] = {}
    try:
        for record in reader:
            where = f"{path}:{reader.line_num}"
            if None in record or None in record.values():
                raise KnowledgeError(
                    f"the row has not {len(reader.fieldnames or ())} cells as the header has",
                    where=where,
                    hint="quote cells that hold a comma",
                )
            cells = {k: (None if v == "" and k in optional else v) for k, v in record.items()}
            rows[next(iter(record.values()))] = _validate(model, cells, where)
    except csv.Error as error:
        raise KnowledgeError(f"the table is no CSV ({error})", where=f"{path}:{reader.line_num}") from error
    return rows


def _optional_fields(model: type[Any]) -> frozenset[str]:
    annotations: Mapping[str, Any] = getattr(model, "__annotations__", {})
    return frozenset(name for name, kind in annotations.items() if "None" in str(kind))


def _read_yaml(path: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(_read_text(path), Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise KnowledgeError(f"the file is no YAML ({getattr(error, 'problem', error)})", where=where) from error


def _merge(base: Any, extra: Any) -> Any:
    """Merge an overlay: mappings key by key, lists appended, everything else replaced."""
    if isinstance(base, dict) and isinstance(extra, dict):
        return {**base, **{k: _merge(base[k], v) if k in base else v for k, v in extra.items()}}
    if isinstance(base, list) and isinstance(extra, list):
        return base + [item for item in extra if item not in base]
    return extra


_ADAPTERS: dict[type[Any], Any] = {}


def _validate(model: type[Row], content: Any, where: str) -> Row:
    from pydantic import TypeAdapter, ValidationError

    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    try:
        return _ADAPTERS[model].validate_python(content)  # type: ignore[no-any-return]
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"])
        raise KnowledgeError(
            f"{column}: {first['msg']} (found {first['input']!r})", where=f"{where}: {column}"
        ) from error
