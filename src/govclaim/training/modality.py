"""Learn the weights of ``claims.modality``: a conditional log-linear model over the four modalities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from govclaim.claims import kinds, modality, statements
from govclaim.claims.clauses import parse
from govclaim.claims.lexicon import lexicon
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation
from govclaim.training import corpus, ranker
from govclaim.training.ranker import Example

__all__ = ["accuracy", "examples", "fit"]

_RARE = 3
_L2, _RATE, _EPOCHS = 0.05, 0.1, 4


def examples(annotation: Annotation, knowledge: Knowledge) -> list[Example]:
    """The claims of one document, with the annotated periods.

    Args:
        annotation: With all layers.
        knowledge: Cues and words.
    """
    raw, times = corpus.raw(annotation), {time.id: time for time in annotation.times}
    quantities = {item.id: item for item in annotation.quantities}
    claims = {(quantities[c.quantity].start, quantities[c.quantity].end): c for c in reversed(annotation.claims)}
    mood, outlook, found = statements.Mood(), modality.Outlook(), []
    for layer in corpus.layers(annotation):
        if not layer.quantities:
            modality.heading(layer, outlook, knowledge)
            continue
        parsed = parse(layer, lexicon(knowledge))
        read, mood = statements.read(parsed, layer, mood, raw.published, knowledge)
        stated = kinds.settle(parsed, layer, read, knowledge)
        for statement, looks in zip(stated, modality.looks(parsed, layer, stated, outlook, knowledge), strict=True):
            span = layer.sentence.surface.to_document(layer.quantities[statement.quantity].span)
            claim = claims.get((span.start, span.end))
            if claim is None:
                continue
            time = times.get(claim.period or "")
            here = time is not None and layer.sentence.span.start <= time.start < layer.sentence.span.end
            value = time.value if time else None
            traits = (*looks, *modality.told(statement.modality, value, here, raw.published))
            found.append(_example(annotation.id, traits, claim.modality))
    return found


def _example(document: str, traits: Sequence[str], right: str) -> Example:
    features = tuple(tuple(f"{each}|{trait}" for trait in traits) for each in modality.MODALITIES)
    return Example(document, features, tuple(float(each == right) for each in modality.MODALITIES))


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
        ``modality|trait`` → weight.
    """
    seen = Counter(name for example in data for name in example.features[0])
    known = {name.partition("|")[2] for name, count in seen.items() if count >= _RARE}
    return ranker.fit([_kept(example, known) for example in data], epochs=epochs, rate=rate, l2=l2, seed=seed)


def _kept(example: Example, known: set[str]) -> Example:
    features = tuple(tuple(n for n in names if n.partition("|")[2] in known) for names in example.features)
    return Example(example.document, features, example.agreement, example.domain)


def accuracy(data: Iterable[Example], weight: Mapping[str, float]) -> float:
    """How many figures get their modality."""
    return ranker.accuracy(list(data), weight)[0]
