"""Annotate one text and print its claims."""

import govclaim

TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%。县教育局负责人说，新增学位2300余个。"

annotation = govclaim.annotate(TEXT, published="2026-01-20", id="qingshi")
quantities = {quantity.id: quantity for quantity in annotation.quantities}
for claim in annotation.claims:
    quantity = quantities[claim.quantity]
    indicator = claim.indicator.text if claim.indicator else "?"
    print(claim.type, indicator, quantity.value, quantity.unit, quantity.bound, sep="\t")

# Offsets count the code points of the text as it was given, always.
assert all(TEXT[item.start : item.end] == item.text for item in quantities.values())
