"""What a process of the service does with one document."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from govclaim.batch.selection import chosen
from govclaim.errors import GovclaimError
from govclaim.pipeline.load import annotate, load
from govclaim.schema import to_json

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Answer", "Clerk", "Order", "Problem"]

_FIRST = "去年，青石县教育局新增学位2300余个。"  # a name, a figure, a time, a claim: all tables are used


@dataclass(frozen=True, slots=True)
class Order:
    """A document, and what is wanted of it.

    Attributes:
        text: Of the document.
        id: ``None`` for one made of the text.
        published: Day, ISO 8601.
        meta: Open.
        layers: To keep; empty for all.
        tokens: Also list the words.
        numerals: Also say of every numeral what it is.
        check: Also warn of figures that cannot all be true.
    """

    text: str
    id: str | None = None
    published: str | None = None
    meta: Mapping[str, Any] | None = None
    layers: tuple[str, ...] = ()
    tokens: bool = False
    numerals: bool = False
    check: bool = False

    @property
    def size(self) -> int:
        """Bytes, about; the time that is allowed grows with it."""
        return 3 * len(self.text)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no annotation.

    Attributes:
        status: Of HTTP.
        reason: One word, for logs and metrics; it tells nothing of the document.
        error: What was wrong.
        hint: What to do about it.
    """

    status: int
    reason: str
    error: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An annotation as a line of JSON, without its line feed.

    Attributes:
        content: The JSON.
        characters: Code points of the text.
        claims: How many were found.
    """

    content: bytes
    characters: int
    claims: int


class Clerk:
    """The work of one process; a task of ``pipeline.workers``.

    Args:
        model: Folder of weights instead of ours.
        knowledge: Folder of tables to lay over ours.

    Raises:
        GovclaimError: The pipeline cannot be made.
    """

    def __init__(self, model: str | None = None, knowledge: str | None = None) -> None:
        self._made = partial(load, model=model, knowledge=knowledge)
        self._pipelines: dict[bool, Language] = {False: self._made(segmenter="characters")}
        self.one(Order(_FIRST))  # so that no client's document waits for the tables

    def zone(self) -> AbstractContextManager[Any]:
        """See ``workers.Task``."""
        zones = ExitStack()
        for nlp in self._pipelines.values():
            zones.enter_context(nlp.memory_zone())
        return zones

    def one(self, order: Order) -> Answer | Problem:
        """Annotate; nothing is raised.

        Args:
            order: What is wanted.
        """
        try:
            if order.tokens and True not in self._pipelines:  # words take time to load, and few ask for them
                self._pipelines[True] = self._made(segmenter="words")
            annotation = annotate(
                order.text,
                published=order.published,
                id=order.id,
                meta=order.meta,
                nlp=self._pipelines[order.tokens],
                tokens=order.tokens,
                numerals=order.numerals,
                check=order.check,
            )
            shown = chosen(annotation, order.layers) if order.layers else annotation
            return Answer(to_json(shown).encode(), len(annotation.text), len(annotation.claims))
        except GovclaimError as error:
            return Problem(422, "refused", error.message, error.hint)
        except Exception as error:  # a fault of ours; what it says may hold words of the text
            what = f"{type(error).__name__} in {_place(error)}"
            return Problem(500, "fault", what, "this is a fault of govclaim; please report it")


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "-" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
