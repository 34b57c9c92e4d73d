"""What is done with each record of a batch, in whatever process or engine: annotate, choose, write.

``Annotator(recipe).chunk(records)`` is the whole of it; the local runner and engines for clusters call the
same function, so that they give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Literal

from govclaim.batch import arrow
from govclaim.batch.records import Record, filled
from govclaim.batch.selection import LAYERS, chosen, sure, without_text
from govclaim.errors import GovclaimError, InputError
from govclaim.pipeline.load import Rejected, attempt, load, warmed
from govclaim.schema import Annotation, to_json

__all__ = ["Annotator", "Format", "Recipe", "Written", "told"]

Format = Literal["jsonl", "parquet"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what becomes of a record; small, and the same in every process.

    Attributes:
        model: Folder of weights instead of ours.
        knowledge: Folder of tables to lay over ours.
        tokens: Also list the words.
        numerals: Also say of every numeral what it is.
        check: Also warn of figures that cannot all be true.
        layers: The layers to keep, with what they refer to; ``None`` for all.
        text: Whether the texts are written too.
        format: How a document is written.
        least: Claims less sure than this are left out (0…1).

    Raises:
        InputError: A layer has no such name, or ``least`` is no probability.
    """

    model: str | None = None
    knowledge: str | None = None
    tokens: bool = False
    numerals: bool = False
    check: bool = False
    layers: tuple[str, ...] | None = None
    text: bool = True
    format: Format = "jsonl"
    least: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.least <= 1:
            raise InputError(f"a confidence of {self.least} does not exist", hint="give a number from 0 to 1")
        unknown = [layer for layer in self.layers or () if layer not in LAYERS]
        if unknown:
            raise InputError(f"there is no layer {unknown[0]!r}", hint=f"layers are {', '.join(LAYERS)}")


@dataclass(frozen=True, slots=True)
class Written:
    """One annotated document.

    Attributes:
        id: Of the document.
        content: It as a line of JSON with its line feed, or as a record batch of one row (``arrow.SCHEMA``).
        characters: Code points of its text.
        claims: How many were found.
    """

    id: str
    content: bytes
    characters: int
    claims: int


class Annotator:
    """Does the work of one process.

    Args:
        recipe: What to do.

    Raises:
        GovclaimError: The pipeline cannot be made.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        segmenter = "words" if recipe.tokens else "characters"
        # All tables are read here: no record's time is spent on them.
        self.nlp = warmed(load(model=recipe.model, knowledge=recipe.knowledge, segmenter=segmenter))

    def zone(self) -> AbstractContextManager[Any]:
        """To be entered around a chunk, or the strings of every document would stay in the vocabulary."""
        return self.nlp.memory_zone()

    def chunk(self, records: Iterable[Record | Rejected]) -> list[Written | Rejected]:
        """Annotate a chunk of records.

        Args:
            records: Some tens of them; ``Rejected`` are passed on.

        Returns:
            One for each record, in order.
        """
        with self.zone():
            return [self.one(record) for record in records]

    def one(self, record: Record | Rejected) -> Written | Rejected:
        """Annotate one record; nothing is raised."""
        result = self.annotated(record)
        if isinstance(result, Rejected):
            return result
        try:
            return self.written(result)
        except GovclaimError as error:
            return _rejected(record, error.message, error.hint)
        except Exception as error:  # one record must never stop a batch
            return _rejected(record, f"{type(error).__name__}: {error}", "please report it")

    def annotated(self, record: Record | Rejected) -> Annotation | Rejected:
        """The annotation of a record with all its layers.

        Args:
            record: As ``records.read`` yields it.
        """
        if isinstance(record, Record):
            record = filled(record)
        if isinstance(record, Rejected):
            return record
        asked = {"tokens": self.recipe.tokens, "numerals": self.recipe.numerals, "check": self.recipe.check}
        result = attempt({**record.content(), **asked}, self.nlp)
        if isinstance(result, Rejected):
            return replace(result, record=record.given, file=record.file, line=record.line)
        return result

    def written(self, annotation: Annotation) -> Written:
        """An annotation as the recipe wants it.

        Args:
            annotation: With all its layers.
        """
        annotation = sure(annotation, self.recipe.least)
        shown = annotation if self.recipe.layers is None else chosen(annotation, self.recipe.layers)
        if self.recipe.format == "parquet":
            content = arrow.row(shown, text=self.recipe.text)
        else:
            content = (to_json(shown if self.recipe.text else without_text(shown)) + "\n").encode()
        return Written(annotation.id, content, len(annotation.text), len(annotation.claims))


def _rejected(record: Record | Rejected, error: str, hint: str | None) -> Rejected:
    return record if isinstance(record, Rejected) else record.rejected(error, hint)


def told(result: Written | Rejected) -> Written | Rejected:
    """A result; where a pool set its record aside, with the place that the record knows.

    Args:
        result: Of ``pipeline.workers``.
    """
    record = getattr(result, "record", None)
    if isinstance(result, Rejected) and isinstance(record, Record):
        return record.rejected(result.error, result.hint)
    return result
