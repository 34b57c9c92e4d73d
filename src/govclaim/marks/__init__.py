"""An annotation as a flat list of typed marks and links: the shape that annotation tools share.

``apart.explode`` takes an annotation apart; ``together.assemble`` puts marks together again, whatever a
person has done to them in between. What a tool cannot hold (``None`` in a mark) and what it never saw (the
document's metadata, layers left out) comes from ``base``, the annotation that had been exported.

A claim is a mark over its own stretch with links to its quantity, indicator, subject and so on. Where a
part of a claim is just a mention of an entity or a time, the link goes there; else the part is a mark of
its own (``Indicator``, ``Scope`` …), shared by the claims that have the same.
"""
