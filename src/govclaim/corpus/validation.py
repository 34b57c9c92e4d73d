"""Whether a corpus is sound: the contract, its documents' own rules, their figures, and what stands in it twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from govclaim.checking import findings
from govclaim.corpus import rules, similarity
from govclaim.corpus.reading import Document, Unread
from govclaim.corpus.splitting import Listed, digest
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Fault, Notice

__all__ = ["PAGES", "SENTENCES", "Finding", "Kind", "near_pages", "validate"]

Kind = Literal["contract", "rule", "arithmetic", "id", "duplicate", "leakage", "list"]

PAGES = Fraction(1, 2)
"""Jaccard index of five-grams, figures aside, from which two pages are nearly the same."""

SENTENCES = Fraction(4, 5)
"""The same for sentences, by pairs of characters."""

_TELLING = 12  # characters from which a sentence is somebody's own wording: 一、综合 stands in every bulletin
_PAGE_GRAM, _SENTENCE_GRAM = 5, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a corpus.

    Attributes:
        kind: ``contract`` (form, offsets, links), ``rule`` (fields that exclude each other, spans that overlap),
            ``arithmetic`` (figures of one document), ``id`` (used twice), ``duplicate`` (the same or nearly the same
            page inside a split), ``leakage`` (a page or sentence in two splits), ``list`` (the frozen list of splits).
        where: File and line.
        document: Id, where it has one.
        message: What is wrong.
        hint: What to do about it.
        others: Where the others stand, of a thing that is there twice.
        similarity: Of two that are nearly the same; 1 for the same.
    """

    kind: Kind
    where: str
    document: str | None
    message: str
    hint: str
    others: tuple[str, ...] = ()
    similarity: Fraction | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "similarity": None if self.similarity is None else round(float(self.similarity), 3)}


def validate(
    corpus: Sequence[Document | Unread],
    *,
    listed: Mapping[str, Listed] | None = None,
    knowledge: Knowledge | None = None,
) -> list[Finding]:
    """Find everything that is wrong with a corpus.

    Args:
        corpus: As ``reading.read`` gives it.
        listed: The frozen list of splits, by id; ``None`` where there is none.
        knowledge: Tables for the arithmetic; ``None`` for the shipped ones.

    Returns:
        The findings: those of single documents in their order, then those between documents.
    """
    documents = [each for each in corpus if isinstance(each, Document)]
    found: list[Finding] = []
    for each in corpus:
        if isinstance(each, Unread):
            found += [_finding("contract", each.where, each.id, fault) for fault in each.faults]
        else:
            found += [_finding("rule", each.where, each.id, fault) for fault in rules.breaches(each.annotation)]
            found += _arithmetic(each, knowledge)
    found += _ids(documents)
    found += _pages(documents)
    found += _sentences(documents)
    if listed is not None:
        found += _list(documents, listed)
    return found


def _finding(kind: Kind, where: str, document: str | None, fault: Fault) -> Finding:
    return Finding(kind, where, document, f"{fault.path}: {fault.message}", fault.hint)


# ---------------------------------------------------------------- figures


def _arithmetic(document: Document, knowledge: Knowledge | None) -> Iterator[Finding]:
    known = set(_acknowledged(document.annotation))
    for each in findings.check(document.annotation, knowledge=knowledge):
        if (findings.CODE + each.kind, frozenset(each.claims)) in known:
            continue
        yield Finding(
            "arithmetic",
            document.where,
            document.id,
            f"{each.kind} ({' '.join(each.claims)}): {each.message}: {each.arithmetic}",
            "correct the figure or its annotation; a text that is meant to contradict itself says so in its warnings",
        )


def _acknowledged(annotation: Annotation) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Contradictions that the document's own warnings name, as a correction notice's must."""
    for warning in annotation.warnings:
        claims = (warning.__pydantic_extra__ or {}).get("claims") if isinstance(warning, Notice) else None
        if isinstance(warning, Notice) and isinstance(claims, list):
            yield warning.code, frozenset(map(str, claims))


# ---------------------------------------------------------------- what is there twice


def _ids(documents: Iterable[Document]) -> Iterator[Finding]:
    held: dict[str, list[Document]] = defaultdict(list)
    for each in documents:
        held[each.id].append(each)
    for first, *rest in held.values():
        if rest:
            others = tuple(each.where for each in rest)
            message = f"the id is also that of {', '.join(others)}"
            yield Finding("id", first.where, first.id, message, "ids are unique in a corpus", others)


def near_pages(annotations: Sequence[Annotation]) -> list[tuple[int, int, Fraction]]:
    """The pairs of documents whose texts are nearly the same, figures aside.

    Args:
        annotations: Any number.

    Returns:
        Places of the two and how alike they are (``PAGES`` … 1).
    """
    folded = [similarity.folded(each.text) for each in annotations]
    places = [place for place, text in enumerate(folded) if text]
    sets = [similarity.grams(folded[place], _PAGE_GRAM) for place in places]
    return [(places[one], places[other], alike) for one, other, alike in similarity.near(sets, PAGES)]


def _pages(documents: Sequence[Document]) -> Iterator[Finding]:
    for one, other, alike in near_pages([each.annotation for each in documents]):
        first, second = documents[one], documents[other]
        if first.annotation.text == second.annotation.text:
            message, alike = f"the text is that of {second.where} ({second.id})", Fraction(1)
        else:
            message = f"the text is {float(alike):.0%} that of {second.where} ({second.id}), figures aside"
        yield _twice(first, second, message, alike)


def _twice(first: Document, second: Document, message: str, alike: Fraction) -> Finding:
    leaks = first.split != second.split
    if leaks:
        message = f"{message}: {first.split or 'no split'} and {second.split or 'no split'}"
    hint = "both belong to one split (govclaim corpus split keeps them together)" if leaks else "keep one of them"
    kind: Kind = "leakage" if leaks else "duplicate"
    return Finding(kind, first.where, first.id, message, hint, (second.where,), alike)


def _sentences(documents: Sequence[Document]) -> Iterator[Finding]:
    """Sentences that stand in two splits, the same or nearly, figures aside."""
    held: dict[str, dict[str | None, tuple[Document, str]]] = defaultdict(dict)
    for each in documents:
        for sentence in each.annotation.sentences:
            text = similarity.folded(sentence.text)
            if len(text) >= _TELLING:
                held[text].setdefault(each.split, (each, "".join(sentence.text.split())))
    if len({split for splits in held.values() for split in splits}) < 2:
        return
    for splits in held.values():
        first, *rest = splits.values()
        for other in rest:
            yield _leak(first, other, Fraction(1))
    texts = list(held)
    sets = [similarity.grams(text, _SENTENCE_GRAM) for text in texts]
    for here, there, alike in similarity.near(sets, SENTENCES):
        ours, theirs = held[texts[here]], held[texts[there]]
        pair = next(((ours[a], theirs[b]) for a in ours for b in theirs if a != b), None)
        if pair is not None and not ours.keys() & theirs.keys():
            yield _leak(*pair, alike)


def _leak(first: tuple[Document, str], second: tuple[Document, str], alike: Fraction) -> Finding:
    (one, said), (other, again) = first, second
    how = "the same" if said == again else "the same but for figures" if alike == 1 else f"{float(alike):.0%} the same"
    splits = one.split or "no split", other.split or "no split"
    message = f"a sentence is {how} in {splits[0]} and in {splits[1]} ({other.id}): {said}"
    if said != again:
        message += f" | {again}"
    return Finding("leakage", one.where, one.id, message, "write one of them anew", (other.where,), alike)


# ---------------------------------------------------------------- the frozen list


def _list(documents: Sequence[Document], listed: Mapping[str, Listed]) -> Iterator[Finding]:
    seen = set()
    for each in documents:
        seen.add(each.id)
        entry = listed.get(each.id)
        if entry is None:
            if each.split is not None:
                hint = "add it with govclaim corpus split --frozen"
                yield Finding("list", each.where, each.id, "the frozen list lacks the document", hint)
            continue
        if entry.split != each.split:
            message = f"the frozen list has it in {entry.split}, it stands in {each.split or 'no split'}"
            yield Finding("list", each.where, each.id, message, "a document never changes its split: put it back")
        if entry.sha256 != digest(each.annotation):
            message = "its text is not the one that was frozen"
            hint = "restore the text, or give the changed document a new id"
            yield Finding("list", each.where, each.id, message, hint)
    for id, entry in listed.items():
        if id not in seen:
            message = f"the frozen list has it in {entry.split}, and it is not there"
            yield Finding("list", entry.where, id, message, "put the document back, or strike it out of the list")
