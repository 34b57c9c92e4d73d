"""Fit ``claims.confidence``: a logistic regression of whether a claim is exact on how sure each choice was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from govclaim import scoring
from govclaim.claims import assembly, confidence
from govclaim.knowledge import Knowledge
from govclaim.pipeline.components import work_of
from govclaim.pipeline.load import prepared
from govclaim.schema import Annotation
from govclaim.training import corpus, measuring

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Example", "examples", "fit"]

Example = tuple[dict[str, float], bool]
"""The features of a claim, and whether it is exact."""


def examples(gold: Sequence[Annotation], nlp: Language, knowledge: Knowledge) -> list[Example]:
    """What the pipeline claims of annotated documents' bare texts.

    Args:
        gold: Documents that none of the weights were learnt from.
        nlp: The pipeline.
        knowledge: Its tables.
    """
    found: list[Example] = []
    for annotation, predicted in zip(gold, measuring.annotated(gold, nlp), strict=True):
        doc = nlp(prepared(corpus.raw(annotation), nlp), disable=["govclaim_claims", "govclaim_views"])
        work = work_of(doc)
        signals = [signal for _, signal in assembly.weighed(work.layers, work.raw, knowledge)]
        # The place of a claim among the others is told by its confidence alone: each is numbered by it.
        marked = predicted.model_copy(
            update={
                "claims": [
                    claim.model_copy(update={"confidence": float(number)})
                    for number, claim in enumerate(predicted.claims)
                ]
            }
        )
        for number, exact in scoring.score([annotation], [marked], bootstrap=0).judged:
            found.append((confidence.features(signals[int(number or 0)]), exact))
    return found


def fit(data: Sequence[Example], *, l2: float = 1.0, steps: int = 60) -> dict[str, float]:
    """Learn weights by Newton's method; the same data give the same weights.

    Args:
        data: Claims.
        l2: Penalty on all weights but that of ``bias``.
        steps: At most.

    Returns:
        Feature → weight.
    """
    names = sorted({name for features, _ in data for name in features})
    x = np.array([[features.get(name, 0.0) for name in names] for features, _ in data])
    y = np.array([float(exact) for _, exact in data])
    penalty = np.array([l2 * (name != "bias") + 1e-6 for name in names])
    w = np.zeros(len(names))
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty), x.T @ (p - y) + penalty * w)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    return dict(zip(names, w.tolist(), strict=True))
