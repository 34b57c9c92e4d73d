"""The way in: ``load`` a pipeline, ``annotate`` one text, ``annotate_batch`` many."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govclaim.errors import GovclaimError, InputError
from govclaim.knowledge import Knowledge
from govclaim.pipeline import inputs
from govclaim.values import RawDocument

if TYPE_CHECKING:
    from datetime import date

    from spacy.language import Language
    from spacy.tokens import Doc

    from govclaim.recognizers.tagger import EntityTagger
    from govclaim.schema import Annotation
    from govclaim.text.tokens import Segmenter

__all__ = ["Rejected", "annotate", "annotate_batch", "attempt", "document", "load", "prepared", "rejected", "warmed"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be annotated.

    Attributes:
        record: The whole record as it was given.
        error: What was wrong.
        hint: What to do about it.
        file: Where it was read, if from a file.
        line: Line in that file, from 1.
    """

    record: Any
    error: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None


def load(
    *,
    model: Path | str | None = None,
    knowledge: Path | str | None = None,
    entities: EntityTagger | Language | None = None,
    segmenter: Segmenter | str | None = None,
) -> Language:
    """Build the pipeline.

    Args:
        model: A model's folder, as ``govclaim train`` writes it; what it lacks is taken from the one that ships, and
            ``None`` is that one.
        knowledge: Folder whose tables extend the shipped ones.
        entities: Finds names instead of the tagger: a backend, a spaCy pipeline, or any ``EntityTagger``.
        segmenter: Cuts sentences into words: ``words`` (the default, a trained segmenter), ``words:gsd`` (the same
            by the standard of Universal Dependencies), ``characters`` (faster; names and figures are the same),
            ``jieba`` or ``lac`` (where these are installed), or any ``Segmenter``.

    Returns:
        A spaCy ``Language``; ``nlp(text)._.govclaim`` is the annotation.

    Raises:
        KnowledgeError: The folder of tables is missing or faulty.
        ModelError: The weights are missing or damaged.
        BackendError: ``segmenter`` names one that is not installed.
        InputError: ``segmenter`` or ``entities`` is none of the above.
    """
    with _undisturbed():
        return _built(model, knowledge, entities, segmenter)


def _built(
    model: Path | str | None,
    knowledge: Path | str | None,
    entities: EntityTagger | Language | None,
    segmenter: Segmenter | str | None,
) -> Language:
    import spacy

    from govclaim.pipeline import backends, components
    from govclaim.pipeline.model import Model

    folder = None if knowledge is None else str(knowledge)
    fitted = None if model is None else str(Model.read(model).folder)
    shared = None if folder is None and fitted is None else Knowledge(folder, fitted)
    by_name = segmenter if isinstance(segmenter, str) else "words"
    backends.segmenter_named(by_name)
    config = {"@tokenizers": "govclaim.tokenizer.v1", "segmenter": by_name, "knowledge": folder}
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": config}})
    nlp.max_length = 2**62  # every stage is linear; spaCy's limit is for its own parser
    if segmenter is not None and not isinstance(segmenter, str):
        nlp.tokenizer = components.Tokenizer(nlp.vocab, segmenter, folder)
    for name in components.STAGES:
        options: dict[str, Any] = {"knowledge": folder}
        if name in ("govclaim_entities", "govclaim_claims"):
            options["model"] = fitted
        step = nlp.add_pipe(name, config=options)
        if shared is not None:
            step.knowledge = shared  # type: ignore[attr-defined]
    if entities is not None:
        nlp.get_pipe("govclaim_entities").model = backends.names(entities)  # type: ignore[attr-defined]
    return nlp


def warmed(nlp: Language) -> Language:
    """Read the tables now that a pipeline else reads for its first document.

    Args:
        nlp: A pipeline of ours.

    Returns:
        The same.
    """
    with _undisturbed():
        annotate("去年，青石县县长王晓燕说，新增学位2300余个，增长5%。", published="2026-01-20", nlp=nlp)
    return nlp


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector, which would walk again and again over what is only being built: a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def annotate(
    text: str,
    *,
    published: date | str | None = None,
    id: str | None = None,
    meta: Mapping[str, Any] | None = None,
    nlp: Language | None = None,
    tokens: bool = False,
    numerals: bool = False,
    check: bool = False,
) -> Annotation:
    """Annotate one text.

    Args:
        text: Any text; it is never changed and all offsets count its code points.
        published: Day of publication, which relative times (去年, 上半年) need.
        id: Of the document.
        meta: Open metadata; ``title`` and ``place`` help.
        nlp: A pipeline from ``load``; ``None`` for the default one, made once in a process.
        tokens: Also list the words.
        numerals: Also say of every numeral what it is.
        check: Also look for figures that cannot all be true; each becomes one of the ``warnings``, with the ids of its
            ``claims`` and the ``arithmetic``.

    Returns:
        The annotation.

    Raises:
        InputError: An argument is of the wrong kind.
    """
    views = {"id": id, "tokens": tokens, "numerals": numerals, "check": check}
    doc = document(inputs.raw(text, published, meta), nlp or _default(tokens), **views)
    annotation: Annotation | None = doc._.govclaim
    if annotation is None:
        raise InputError("the pipeline wrote no annotation", hint="it must end with the component govclaim_views")
    return annotation


def document(raw: RawDocument, nlp: Language, **views: Any) -> Doc:
    """Run the pipeline on one document.

    Args:
        raw: The document.
        nlp: The pipeline.
        views: Options of its last component (``id``, ``tokens``, ``numerals``, ``check``).

    Returns:
        The ``Doc`` with the annotation in ``doc._.govclaim``.
    """
    return nlp(prepared(raw, nlp), component_cfg={"govclaim_views": views})


def prepared(raw: RawDocument, nlp: Language) -> Doc:
    """The ``Doc`` of a document, before any component has seen it.

    Args:
        raw: The document.
        nlp: The pipeline; its tokenizer may be a foreign one.
    """
    from govclaim.pipeline.components import Tokenizer

    if isinstance(nlp.tokenizer, Tokenizer):
        return nlp.tokenizer.read(raw)
    doc = nlp.make_doc(raw.text)
    doc._context = {"published": raw.published, "meta": raw.meta}
    return doc


def annotate_batch(
    records: Iterable[str | Mapping[str, Any] | Rejected], *, nlp: Language | None = None, workers: int = 1
) -> Iterator[Annotation | Rejected]:
    """Annotate many texts.

    Args:
        records: Each is a text, or a mapping with ``text`` and, if known, ``id``, ``published`` and ``meta``
            (``tokens`` and ``numerals`` may ask for those layers, ``check`` for the checks). One that reading has
            rejected is passed on.
        nlp: A pipeline from ``load``.
        workers: Processes that share the work; 1 for this process alone. With more, a script needs
            the usual ``if __name__ == "__main__":``.

    Yields:
        One for each record, in the records' order: its ``Annotation``, or ``Rejected`` with the whole
        record and the reason.

    Raises:
        InputError: ``workers`` is less than 1.
    """
    if workers < 1:
        raise InputError(f"workers is {workers}", hint="pass 1 or more")
    if workers > 1:
        from govclaim.pipeline.workers import Attempts, run

        return run(records, partial(Attempts, nlp), workers)
    return (attempt(record, nlp) for record in records)


def attempt(record: Any, nlp: Language | None) -> Annotation | Rejected:
    """Annotate one record of a batch.

    Args:
        record: See ``annotate_batch``.
        nlp: The pipeline, or ``None``.

    Returns:
        The annotation, or why there is none; nothing is raised.
    """
    if isinstance(record, Rejected):
        return record
    try:
        annotation = annotate(nlp=nlp, **_arguments(record))
        notes = record.get("warnings") if isinstance(record, Mapping) else None
        # What reading noticed, such as an encoding that had to be guessed, stands first.
        return annotation.model_copy(update={"warnings": (*notes, *annotation.warnings)}) if notes else annotation
    except GovclaimError as error:
        return rejected(record, error.message, error.hint)
    except Exception as error:  # one record must never stop a batch
        cause = error.__cause__ or error  # spaCy puts a KeyError of ours behind a guess of its own (E109)
        return rejected(record, f"{type(cause).__name__}: {cause}", "this is a fault of govclaim; please report it")


def rejected(record: Any, error: str, hint: str | None) -> Rejected:
    """A ``Rejected`` that knows the place where its record was read.

    Args:
        record: Of any kind; a mapping may name its ``file`` and ``line``.
        error: What was wrong.
        hint: What to do about it.
    """
    place = record if isinstance(record, Mapping) else {}
    return Rejected(record, error, hint, place.get("file"), place.get("line"))


def _arguments(record: Any) -> dict[str, Any]:
    if isinstance(record, str):
        return {"text": record}
    if not isinstance(record, Mapping):
        raise InputError(
            f"the record is of type {type(record).__name__}", hint="a record is a text or a mapping with 'text'"
        )
    if "text" not in record:
        raise InputError("the record has no 'text'", hint=f"it has {', '.join(map(str, record)) or 'nothing'}")
    id = record.get("id")
    return {
        "text": record["text"],
        "id": None if id is None else str(id),
        "published": record.get("published"),
        "meta": record.get("meta"),
        "tokens": bool(record.get("tokens")),
        "numerals": bool(record.get("numerals")),
        "check": bool(record.get("check")),
    }


@lru_cache(maxsize=2)
def _default(words: bool) -> Language:
    """The default pipeline; only the words differ, and they cost time that nobody asks for."""
    return load(segmenter="words" if words else "characters")
