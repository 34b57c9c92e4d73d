"""Whether the figures of a document can all be true together.

Each rule states when figures contradict each other and looks only at those that are known to be of one
thing; what cannot be checked is no finding. Where several figures may be meant (which of two levels is
the one before?), there is a finding only if none of them fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from govclaim.checking import changes, consistency, limits, sums
from govclaim.checking.facts import Facts
from govclaim.checking.rules import Finding
from govclaim.knowledge import Knowledge, default
from govclaim.schema import Annotation, Notice

__all__ = ["CODE", "check", "noted", "notices"]

CODE = "check-"
"""What the code of a notice about a finding begins with; the kind follows."""

_RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    sums.parts,
    sums.totals,
    sums.statistics,
    sums.shares,
    sums.structures,
    sums.cases,
    changes.changes,
    changes.directions,
    changes.multiples,
    consistency.ranks,
    consistency.conflicts,
    limits.percentages,
    limits.figures,
    limits.units,
    limits.dates,
)


def check(annotation: Annotation, *, knowledge: Knowledge | None = None) -> tuple[Finding, ...]:
    """Find figures that cannot all be true.

    Args:
        annotation: Any, from whatever source.
        knowledge: Tables; ``None`` for the shipped ones.

    Returns:
        The findings in the order of the text, one for each set of claims and kind.

    Raises:
        KnowledgeError: A table is faulty.
    """
    facts = Facts(annotation, knowledge or default())
    found: dict[tuple[str, frozenset[str]], Finding] = {}
    for rule in _RULES:
        for finding in rule(facts):
            found.setdefault((finding.kind, frozenset(finding.claims)), finding)
    return tuple(sorted(_undoubled(list(found.values())), key=lambda finding: (finding.start, finding.kind)))


def _undoubled(findings: list[Finding]) -> Iterator[Finding]:
    """Without those whose claims another finding names too and more of them explain nothing."""
    for finding in findings:
        if not any(set(other.claims) < set(finding.claims) for other in findings):
            yield finding


def noted(annotation: Annotation, *, knowledge: Knowledge | None = None) -> Annotation:
    """The same annotation with its findings among the warnings.

    Args:
        annotation: Any; findings that it has already are replaced.
        knowledge: See ``check``.
    """
    kept = tuple(
        warning
        for warning in annotation.warnings
        if not (isinstance(warning, Notice) and (warning.code or "").startswith(CODE))
    )
    found = notices(check(annotation, knowledge=knowledge))
    return (
        annotation.model_copy(update={"warnings": (*kept, *found)})
        if found or kept != annotation.warnings
        else annotation
    )


def notices(findings: tuple[Finding, ...]) -> tuple[Notice, ...]:
    """Findings as warnings of an annotation.

    Args:
        findings: See ``check``.

    Returns:
        Notices whose code is ``check-`` and the kind, with ``claims`` and ``arithmetic`` beside the message.
    """
    return tuple(
        Notice.model_validate(
            {
                "code": CODE + finding.kind,
                "message": finding.message,
                "start": finding.start,
                "end": finding.end,
                "claims": list(finding.claims),
                "arithmetic": finding.arithmetic,
            }
        )
        for finding in findings
    )
