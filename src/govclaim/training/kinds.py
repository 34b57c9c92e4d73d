"""What ``claims.kinds`` learns from: annotated figures with their traits (``training.labels`` fits the weights)."""

from __future__ import annotations

from govclaim.claims import kinds, statements
from govclaim.claims.clauses import parse
from govclaim.claims.lexicon import lexicon
from govclaim.knowledge import Knowledge
from govclaim.schema import Annotation, Claim
from govclaim.training import corpus, labels
from govclaim.training.ranker import Example

__all__ = ["examples"]


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
                found.append(labels.example(annotation.id, names, kinds.KINDS, right))
            before = first
    return found


def _right(claim: Claim | None) -> str:
    if claim is None:
        return "none"
    return (claim.direction or "increase") if claim.type == "change" else claim.type
