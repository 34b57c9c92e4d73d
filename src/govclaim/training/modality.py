"""What ``claims.modality`` learns from: annotated figures with their traits (``training.labels`` fits the weights)."""

from __future__ import annotations

from govclaim.claims import kinds, modality, statements
from govclaim.claims.clauses import parse
from govclaim.claims.lexicon import lexicon
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation
from govclaim.training import corpus, labels
from govclaim.training.ranker import Example

__all__ = ["examples"]


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
            found.append(labels.example(annotation.id, traits, modality.MODALITIES, claim.modality))
    return found
