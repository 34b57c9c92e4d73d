"""What may stand in for a stage: the tagger and the segmenter that ship, and others' work.

Third parties register under the entry-point group ``govclaim.backends``; ``govclaim.backends.NAME`` is
what they registered (``load(entities=govclaim.backends.hanlp(PATH))``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from govclaim.errors import BackendError, InputError, ModelError
from govclaim.knowledge import Knowledge
from govclaim.pipeline.foreign import our_label
from govclaim.pipeline.segmenters import JiebaSegmenter, LacSegmenter
from govclaim.pipeline.stages import Names
from govclaim.recognizers import entities
from govclaim.recognizers.tagger import EntityTagger, Tagger, Tagging
from govclaim.recognizers.tagger import propose as propose_by
from govclaim.text.tokens import PkusegSegmenter, Segmenter
from govclaim.values import Candidate, Entity, Sentence

__all__ = [
    "GROUP",
    "RuleNames",
    "SpacyEntities",
    "TaggerNames",
    "available",
    "names",
    "segmenter_named",
    "shipped_model",
]

GROUP = "govclaim.backends"
"""The entry-point group."""


class RuleNames:
    """Names by grammar: divisions, suffixes of bodies, titles of persons.

    Args:
        knowledge: The tables.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.version = None

    def propose(self, sentences: tuple[Sentence, ...], place: str | None) -> tuple[tuple[Candidate[Entity], ...], ...]:
        """See ``stages.Names``."""
        return entities.propose(sentences, self.knowledge, place=place)


class TaggerNames:
    """Names by a sequence model; the weights are opened when the first text comes.

    Args:
        tagger: An ``EntityTagger``; ``None`` for the weights that ship.
    """

    def __init__(self, tagger: EntityTagger | None = None) -> None:
        self.tagger: EntityTagger = Tagger.load(shipped_model()) if tagger is None else tagger

    @property
    def version(self) -> str:
        """Name of the model, for the annotation's ``producer``."""
        return getattr(self.tagger, "version", None) or type(self.tagger).__name__

    @property
    def measured(self) -> bool:
        """Whether it is the tagger that ``data/trust.yaml`` was measured with."""
        return isinstance(self.tagger, Tagger)

    def propose(self, sentences: tuple[Sentence, ...], place: str | None) -> tuple[tuple[Candidate[Entity], ...], ...]:
        """See ``stages.Names``."""
        return propose_by(sentences, self.tagger)


class SpacyEntities:
    """The entities of a spaCy pipeline, as an ``EntityTagger``.

    Args:
        nlp: With a component that writes ``doc.ents``; or its name or folder.
        confidence: spaCy gives none.
    """

    def __init__(self, nlp: Any, confidence: float = 0.8) -> None:
        if isinstance(nlp, str | Path):
            import spacy

            try:
                nlp = spacy.load(nlp)
            except OSError as error:
                raise BackendError(
                    f"there is no spaCy pipeline {nlp}", hint="install it, or pass its folder"
                ) from error
        self.nlp = nlp
        self.confidence = confidence

    def tag(self, texts: Sequence[str]) -> Sequence[Tagging]:
        """See ``EntityTagger``.

        Raises:
            BackendError: The pipeline's tokenizer changes a text, so that its spans would point elsewhere.
        """
        return [self._found(text, doc) for text, doc in zip(texts, self.nlp.pipe(texts), strict=True)]

    def _found(self, text: str, doc: Any) -> Tagging:
        if doc.text != text:
            raise BackendError(
                "the spaCy pipeline's tokenizer changes the text",
                where=text[:40],
                hint="a tokenizer must keep every character: doc.text is what it was given",
            )
        labelled = ((span.start_char, span.end_char, our_label(span.label_)) for span in doc.ents)
        return [(start, end, label, self.confidence) for start, end, label in labelled if label is not None]


def names(backend: Any) -> Names:
    """What the entities component asks for names.

    Args:
        backend: An ``EntityTagger``, or a spaCy pipeline.

    Raises:
        InputError: It is neither.
    """
    if hasattr(backend, "tag"):
        return TaggerNames(backend)
    if hasattr(backend, "pipe") and hasattr(backend, "vocab"):
        return TaggerNames(SpacyEntities(backend))
    raise InputError(
        f"entities is of type {type(backend).__name__}, which finds no names",
        hint="pass govclaim.backends.hanlp(PATH), a spaCy pipeline, or an object with the method tag(texts)",
    )


def segmenter_named(name: str) -> Segmenter | None:
    """A segmenter that needs no setting up.

    Args:
        name: ``words``, ours; ``words:gsd``, ours by the standard of Universal Dependencies; ``jieba`` or ``lac``; or
            ``characters``, for which there is nothing to be known: ``None``.

    Raises:
        BackendError: The package of a foreign one is not installed.
        InputError: There is none of this name.
    """
    if name == "characters":
        return None
    if name in _SEGMENTERS:
        return _SEGMENTERS[name]()
    raise InputError(
        f"there is no segmenter {name!r}",
        hint=f"take {', '.join(map(repr, _SEGMENTERS))} or 'characters', or pass a Segmenter",
    )


_SEGMENTERS: dict[str, Callable[[], Segmenter]] = {
    "words": lambda: PkusegSegmenter(shipped_model() / "words"),
    "words:gsd": lambda: PkusegSegmenter(shipped_model() / "words", "gsd"),
    "jieba": JiebaSegmenter,
    "lac": LacSegmenter,
}


def shipped_model() -> Path:
    """Folder of the weights that ship.

    Raises:
        ModelError: The package ``govclaim_news`` is not installed.
    """
    spec = find_spec("govclaim_news")
    if spec is None or spec.origin is None:
        raise ModelError("the package govclaim_news with our weights is missing", hint="reinstall govclaim")
    return Path(spec.origin).parent


def available() -> tuple[str, ...]:
    """Names of the registered backends."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        for point in entry_points(group=GROUP):
            if point.name == name:
                return point.load()
    raise AttributeError(f"there is no backend {name!r}; registered are {', '.join(available()) or 'none'}")
