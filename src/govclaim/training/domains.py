"""Learn from annotators of another hand without taking over their habits.

Two teams that follow one guide still differ in what it leaves open: how far a time is carried on, say. Every trait
of a chain is given once as it is and once under its domain's name (feature augmentation, Daumé III 2007): what
both teams do is learnt from both, what one does alone stays with it. The shipped weights are those of the home
domain, added to the common ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from govclaim.claims.choice import STEPS, Link, Option

if TYPE_CHECKING:
    from govclaim.training.chains import Chain

__all__ = ["folded", "marked", "named"]

_MARK = "\x1f"
"""Between domain and trait: the unit separator, which no trait holds."""


def marked(chain: Chain, domain: str) -> Chain:
    """The chain with each trait and step twice: as it is, and under the domain's name.

    Args:
        chain: Of one document.
        domain: Name of the team or source.
    """
    links = tuple(
        Link(
            [
                Option(option.answer, option.key, option.here, (*option.traits, *named(option.traits, domain)))
                for option in link.options
            ],
            (*link.steps, *named(link.steps, domain)),
        )
        for link in chain.links
    )
    return replace(chain, links=links)


def named(traits: Sequence[str], domain: str) -> list[str]:
    """The traits under their domain's name.

    Args:
        traits: Or features.
        domain: Name of the team or source.
    """
    return [f"{domain}{_MARK}{trait}" for trait in traits]


def folded(weights: Mapping[str, float], domain: str) -> dict[str, float]:
    """The weights for one domain: its own added to the common ones, those of other domains left out.

    Args:
        weights: As fitted on marked chains; the weight of a step's trait stands under ``STEP>trait``.
        domain: Whose.
    """
    found: dict[str, float] = {}
    for name, weight in weights.items():
        kind, mark, rest = name.partition(">")
        step, trait = (kind + mark, rest) if mark and kind in STEPS else ("", name)
        owner, separator, plain = trait.partition(_MARK)
        if separator and owner != domain:
            continue
        key = step + (plain if separator else trait)
        found[key] = found.get(key, 0.0) + weight
    return found
