"""Learn the weights of ``claims.kinds``: a conditional log-linear model over what a figure may state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from govclaim.claims import kinds, statements
from govclaim.claims.clauses import parse
from govclaim.claims.lexicon import lexicon
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Claim
from govclaim.training import corpus, ranker
from govclaim.training.ranker import Example

__all__ = ["accuracy", "examples", "fit"]

_RARE = 3
_L2, _RATE, _EPOCHS = 0.05, 0.1, 4


def examples(annotation: Annotation, knowledge: Knowledge) -> list[Example]:
    """The figures of one document that are no ranks.

    Args:
        annotation: With all layers.
        knowledge: Cues and words.
    """
    raw = corpus.raw(annotation)
    quantities = {item.id: item for item in annotation.quantities}
    claims = {(quantities[c.quantity].start, quantities[c.quantity].end): c for c in reversed(annotation.claims)}
    mood, found = statements.Mood(), []
    for layer in corpus.layers(annotation):
        if not layer.quantities:
            continue
        parsed = parse(layer, lexicon(knowledge))
        stated, mood = statements.read(parsed, layer, mood, raw.published, knowledge)
        read = {statement.word: statement for statement in stated}
        before = "-"
        for word in parsed.figures:
            quantity, statement = layer.quantities[parsed.words[word].item], read.get(word)
            span = layer.sentence.surface.to_document(quantity.span)
            right = _right(claims.get((span.start, span.end)))
            first = kinds.kind_of(statement)
            if right != "rank" and first != "rank":
                names = kinds.traits(parsed, layer, word, quantity.value, statement, before)
                found.append(_example(annotation.id, names, right))
            before = first
    return found


def _right(claim: Claim | None) -> str:
    if claim is None:
        return "none"
    return (claim.direction or "increase") if claim.type == "change" else claim.type


def _example(document: str, traits: Sequence[str], right: str) -> Example:
    features = tuple(tuple(f"{each}|{trait}" for trait in traits) for each in kinds.KINDS)
    return Example(document, features, tuple(float(each == right) for each in kinds.KINDS))


def fit(
    data: Sequence[Example], *, epochs: int = _EPOCHS, rate: float = _RATE, l2: float = _L2, seed: int = 0
) -> dict[str, float]:
    """Learn weights; traits of fewer than three figures are left out.

    Args:
        data: Figures.
        epochs: Passes over the data.
        rate: AdaGrad's step.
        l2: Penalty.
        seed: Of the shuffle.

    Returns:
        ``kind|trait`` → weight.
    """
    seen = Counter(name for example in data for name in example.features[0])
    known = {name.partition("|")[2] for name, count in seen.items() if count >= _RARE}
    return ranker.fit([_kept(example, known) for example in data], epochs=epochs, rate=rate, l2=l2, seed=seed)


def _kept(example: Example, known: set[str]) -> Example:
    features = tuple(tuple(n for n in names if n.partition("|")[2] in known) for names in example.features)
    return Example(example.document, features, example.agreement, example.domain)


def accuracy(data: Iterable[Example], weight: Mapping[str, float]) -> float:
    """How many figures get what they state."""
    return ranker.accuracy(list(data), weight)[0]
