"""The stages as spaCy components: the tokenizer wraps the text stages, each component one more.

While a document is on its way, ``doc._.govclaim_work`` holds what the stages have found; the last
component writes the annotation to ``doc._.govclaim``, where the truth is, and copies of it to
``doc.ents`` and ``doc.spans``, where spaCy's users look. Views widen to whole tokens where a foreign
tokenizer cuts differently.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import srsly
from spacy.attrs import LENGTH
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as View
from spacy.util import DummyTokenizer, filter_spans, registry
from spacy.vocab import Vocab

from govclaim import knowledge as tables
from govclaim import schema
from govclaim.knowledge import Knowledge
from govclaim.pipeline import contract, inputs, stages
from govclaim.pipeline.backends import RuleNames, TaggerNames, segmenter_named
from govclaim.pipeline.model import Model
from govclaim.pipeline.stages import Names, Work
from govclaim.spans import Span
from govclaim.text.tokens import Segmenter
from govclaim.values import RawDocument, Sentence

__all__ = [
    "STAGES",
    "Claims",
    "Entities",
    "Quantities",
    "Settlement",
    "Times",
    "Tokenizer",
    "Views",
    "make_claims",
    "make_entities",
    "make_quantities",
    "make_settlement",
    "make_times",
    "make_tokenizer",
    "make_views",
    "work_of",
]

STAGES = (
    "govclaim_quantities",
    "govclaim_times",
    "govclaim_entities",
    "govclaim_settlement",
    "govclaim_claims",
    "govclaim_views",
)
"""Names of the components in their order."""

Pieces = tuple[list[str], list[tuple[int, str]], list[bool | int | None]]
"""Texts of all tokens, norms of those with a break inside, and whether each begins a sentence."""

_PIECE = re.compile(r"[A-Za-zÀ-ɏ]+|\d+(?:[.,]\d+)*|\s+|\S")
_LAYERS = ("sentences", "quantities", "times", "entities", "claims")


class Tokenizer(DummyTokenizer):
    """Finds sentences and words, and makes the ``Doc``.

    A layout break inside a word stays in its token, whose ``norm_`` is the word without it; all other
    white space is tokens of its own. ``spaces`` are all false, so ``doc.text`` is the input.

    Args:
        vocab: The pipeline's.
        segmenter: Cuts a sentence into words; or the name of one of ours.
        folder: Of knowledge to lay over the shipped tables.
    """

    def __init__(self, vocab: Vocab, segmenter: Segmenter | str | None = "words", folder: str | None = None) -> None:
        self.vocab = vocab
        self.segmenter = segmenter_named(segmenter) if isinstance(segmenter, str) else segmenter
        self.knowledge = _knowledge(folder)
        self._made_from = (segmenter, folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.vocab, *self._made_from)

    def __call__(self, text: str) -> Doc:
        """The document of a text alone; what is known beside it comes as the context of ``nlp.pipe``."""
        return self.read(RawDocument(text))

    def read(self, raw: RawDocument) -> Doc:
        """The document with its tokens and sentence starts.

        Args:
            raw: The text with its day of publication and metadata.

        Raises:
            InputError: The text holds half a surrogate pair.
        """
        work = stages.read(inputs.checked(raw), self.segmenter, self.knowledge)
        words, norms, firsts = _characters(work) if self.segmenter is None else _words(work)
        doc = Doc(self.vocab, words=words, spaces=[False] * len(words), sent_starts=firsts)
        for index, norm in norms:
            doc[index].norm_ = norm
        # An empty tuple where nobody asked for words; None would say that a foreign tokenizer cut the text.
        doc._.govclaim_work = replace(work, tokens=work.tokens or ())
        return doc


class _Step:
    """A component that needs the tables.

    Args:
        folder: Of knowledge to lay over the shipped tables.
        fitted: A model's folder, whose weights replace the shipped ones.
    """

    def __init__(self, folder: str | None = None, fitted: str | None = None) -> None:
        self.folder = folder
        self.fitted = fitted
        self.knowledge = _knowledge(folder, fitted)

    def __reduce__(self) -> tuple[Any, ...]:
        # What was compiled from the tables need not travel, and some of it cannot.
        return type(self), (self.folder, self.fitted)

    def __call__(self, doc: Doc) -> Doc:
        doc._.govclaim_work = self.step(_work(doc, self.knowledge))
        return doc

    def step(self, work: Work) -> Work:
        """The stage."""
        raise NotImplementedError  # pragma: no cover


class Quantities(_Step):
    """Numerals and the quantities around them."""

    def step(self, work: Work) -> Work:
        """The stage."""
        return stages.propose_quantities(work, self.knowledge)


class Times(_Step):
    """Times, resolved against the passage and the day of publication."""

    def step(self, work: Work) -> Work:
        """The stage."""
        return stages.propose_times(work, self.knowledge)


class Entities(_Step):
    """Names, by grammar and by a model or another backend.

    Args:
        folder: Of knowledge to lay over the shipped tables.
        fitted: A model's folder, ``None`` for our own.
        model: Finds names in the place of that model's tagger.
    """

    def __init__(self, folder: str | None = None, fitted: str | None = None, model: Names | None = None) -> None:
        super().__init__(folder, fitted)
        self.model: Names = model or TaggerNames(Model.read(fitted).tagger() if fitted else None)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.folder, self.fitted, self.model)

    def step(self, work: Work) -> Work:
        """The stage."""
        return stages.propose_entities(work, (RuleNames(self.knowledge), self.model), self.knowledge)


class Settlement(_Step):
    """One winner for each stretch of text, no layer against another, and what the places are."""

    def step(self, work: Work) -> Work:
        """The stages."""
        return stages.link(stages.reconcile(work), self.knowledge)


class Claims(_Step):
    """Who claims what of which figure."""

    def step(self, work: Work) -> Work:
        """The stage."""
        return stages.state_claims(work, self.knowledge)


class Views(_Step):
    """The annotation, and its copies in ``doc.ents`` and ``doc.spans``."""

    def __call__(
        self,
        doc: Doc,
        *,
        tokens: bool = False,
        numerals: bool = False,
        check: bool = False,
        id: str | None = None,
    ) -> Doc:
        """Write the annotation.

        Args:
            doc: With all stages done.
            tokens: Also list the words.
            numerals: Also say of every numeral what it is.
            check: Also warn of figures that cannot all be true.
            id: Of the document.
        """
        work = _work(doc, self.knowledge)
        id = id or _context(doc).get("id")
        annotation = contract.build(work, self.knowledge, id=id, numerals=numerals)
        if work.tokens is not None:  # our own words give way to what was found; a foreign tokenizer's stay as they are
            _cut(doc, annotation)
        if tokens:
            words = (Span(token.idx, token.idx + len(token)) for token in doc if not token.is_space)
            annotation = contract.with_tokens(annotation, words)
        if check:
            from govclaim.checking import findings  # few ask for it, and it takes time to load

            annotation = findings.noted(annotation, knowledge=self.knowledge)
        doc._.govclaim = annotation
        doc._.govclaim_work = None
        for layer in _LAYERS:
            doc.spans[layer] = list(_views(doc, getattr(annotation, layer)))
        entities = list(doc.spans["entities"])
        doc.set_ents(filter_spans(entities) if _widened(entities) else entities)
        return doc


@registry.tokenizers("govclaim.tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer(segmenter: str = "words", knowledge: str | None = None) -> Callable[[Language], Tokenizer]:
    """The tokenizer's factory, as a pipeline's ``config.cfg`` names it.

    Args:
        segmenter: ``words`` or ``characters``.
        knowledge: A folder to lay over the shipped tables.
    """

    def build(nlp: Language) -> Tokenizer:
        return Tokenizer(nlp.vocab, segmenter, knowledge)

    return build


@Language.factory("govclaim_quantities", assigns=["doc._.govclaim_quantities"], default_config={"knowledge": None})
def make_quantities(nlp: Language, name: str, knowledge: str | None) -> Quantities:
    """Factory of ``Quantities``."""
    return Quantities(knowledge)


@Language.factory("govclaim_times", assigns=["doc._.govclaim_times"], default_config={"knowledge": None})
def make_times(nlp: Language, name: str, knowledge: str | None) -> Times:
    """Factory of ``Times``."""
    return Times(knowledge)


@Language.factory(
    "govclaim_entities", assigns=["doc._.govclaim_entities"], default_config={"knowledge": None, "model": None}
)
def make_entities(nlp: Language, name: str, knowledge: str | None, model: str | None) -> Entities:
    """Factory of ``Entities``."""
    return Entities(knowledge, model)


@Language.factory(
    "govclaim_settlement",
    requires=["doc._.govclaim_quantities", "doc._.govclaim_times", "doc._.govclaim_entities"],
    assigns=["doc._.govclaim_layers"],
    default_config={"knowledge": None},
)
def make_settlement(nlp: Language, name: str, knowledge: str | None) -> Settlement:
    """Factory of ``Settlement``."""
    return Settlement(knowledge)


@Language.factory(
    "govclaim_claims",
    requires=["doc._.govclaim_layers"],
    assigns=["doc._.govclaim_claims"],
    default_config={"knowledge": None, "model": None},
)
def make_claims(nlp: Language, name: str, knowledge: str | None, model: str | None) -> Claims:
    """Factory of ``Claims``."""
    return Claims(knowledge, model)


@Language.factory(
    "govclaim_views",
    requires=["doc._.govclaim_layers"],
    assigns=["doc._.govclaim", "doc.ents", "doc.spans"],
    default_config={"knowledge": None},
)
def make_views(nlp: Language, name: str, knowledge: str | None) -> Views:
    """Factory of ``Views``."""
    return Views(knowledge)


def work_of(doc: Doc) -> Work:
    """What the stages have found so far.

    Args:
        doc: Before the component ``govclaim_views`` has seen it.
    """
    work: Work = doc._.govclaim_work
    return work


def _knowledge(folder: str | None, fitted: str | None = None) -> Knowledge:
    return tables.default() if folder is None and fitted is None else Knowledge(folder, fitted)


def _context(doc: Doc) -> Mapping[str, Any]:
    """What ``nlp.pipe(..., as_tuples=True)`` gave beside the text."""
    context = getattr(doc, "_context", None)
    return context if isinstance(context, Mapping) else {}


def _work(doc: Doc, knowledge: Knowledge) -> Work:
    """The document's state, begun here after a foreign tokenizer or with a day that came beside the text."""
    work: Work | None = doc._.govclaim_work
    context = _context(doc)
    if work is None:
        raw = inputs.raw(doc.text, context.get("published"), context.get("meta"))
        return stages.read(raw, None, knowledge)
    if context and work.raw.published is None and not work.raw.meta:
        raw = inputs.raw(doc.text, context.get("published"), context.get("meta"))
        # The title among the metadata may change what kind a sentence is, never where it stands.
        return replace(stages.read(raw, None, knowledge), tokens=work.tokens)
    return work


def _characters(work: Work) -> Pieces:
    """A token a character, but Latin words and numbers whole; made of the text itself, as nothing is to be known."""
    text = work.raw.text
    bounds = [sentence.span.start for sentence in work.sentences]
    words = _PIECE.findall(text, 0, bounds[0] if bounds else len(text))
    firsts: list[bool | int | None] = [False] * len(words)
    for start, end in pairwise([*bounds, len(text)]):
        found = _PIECE.findall(text, start, end)
        words += found
        firsts += [True, *[False] * (len(found) - 1)]
    return words, [], firsts


def _words(work: Work) -> Pieces:
    """The segmenter's words, and white space between them."""
    text = work.raw.text
    words: list[str] = []
    norms: list[tuple[int, str]] = []
    firsts: set[int] = set()
    at = 0
    for sentence, tokens in zip(work.sentences, work.tokens or (), strict=True):
        if at < sentence.span.start:
            words.append(text[at : sentence.span.start])
        firsts.add(len(words))
        at = sentence.span.start
        for start, end, norm in _pieces(sentence, tokens):
            if at < start:
                words.append(text[at:start])
            if norm is not None:
                norms.append((len(words), norm))
            words.append(text[start:end])
            at = end
        if at < sentence.span.end:
            words.append(text[at : sentence.span.end])
            at = sentence.span.end
    if at < len(text):
        words.append(text[at:])
    return words, norms, [index in firsts for index in range(len(words))]


def _pieces(sentence: Sentence, tokens: tuple[Any, ...]) -> Iterator[tuple[int, int, str | None]]:
    surface = sentence.surface
    if len(surface.starts) == 1:
        origin = surface.origins[0]
        for token in tokens:
            yield origin + token.span.start, origin + token.span.end, None
        return
    for token in tokens:
        span = surface.to_document(token.span)
        yield span.start, span.end, token.span.of(surface.text) if len(span) != len(token.span) else None


def _cut(doc: Doc, annotation: schema.Annotation) -> None:
    """Split the words in which a span begins or ends."""
    ends = np.cumsum(doc.to_array([LENGTH]), dtype=np.int64).tolist()
    starts: list[int] = [0, *ends[:-1]]
    known = {0, *ends}
    layers = (annotation.entities, annotation.quantities, annotation.times, annotation.claims)
    found = {edge for layer in layers for item in layer for edge in (item.start, item.end) if edge is not None}
    edges = sorted(found - known)
    if not edges:
        return
    parts: dict[int, list[int]] = {}
    for edge in edges:
        parts.setdefault(bisect_right(starts, edge) - 1, []).append(edge)
    with doc.retokenize() as retokenizer:
        for index, inner in parts.items():
            token = doc[index]
            bounds = [token.idx, *inner, token.idx + len(token)]
            orths = [annotation.text[start:end] for start, end in pairwise(bounds)]
            retokenizer.split(token, orths, heads=[(token, place) for place in range(len(orths))])


def _views(doc: Doc, items: Sequence[Any]) -> Iterator[View]:
    for item in items:
        label = next(filter(None, (getattr(item, name, None) for name in ("label", "dimension", "kind", "type"))), "")
        view = doc.char_span(item.start, item.end, label=label, span_id=item.id, alignment_mode="expand")
        if view is not None:  # None is for stretches outside the text
            yield view


def _widened(spans: list[View]) -> bool:
    return any(left.end > right.start for left, right in pairwise(spans))


def _encode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, schema.Annotation):
        return {"__govclaim__": schema.dumps(value)}
    if isinstance(value, Work):
        return None  # only a document on its way has one; it can be made again
    return value if chain is None else chain(value)


def _decode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, dict) and "__govclaim__" in value:
        return schema.loads(value["__govclaim__"])
    return value if chain is None else chain(value)


def _register() -> None:
    """Make the attributes known to spaCy, and annotations to its serialisation (``n_process``, ``DocBin``)."""
    Doc.set_extension("govclaim", default=None, force=True)
    Doc.set_extension("govclaim_work", default=None, force=True)
    for layer in ("quantities", "times", "entities", "layers", "claims"):
        Doc.set_extension(f"govclaim_{layer}", getter=_reader(layer), force=True)
    srsly.msgpack_encoders.register("govclaim", func=_encode)
    srsly.msgpack_decoders.register("govclaim", func=_decode)


def _reader(layer: str) -> Callable[[Doc], Any]:
    return lambda doc: getattr(doc._.govclaim_work, layer, None)


_register()
