"""Annotate many records; a bad one is rejected with its reason and stops nothing."""

import govclaim

RECORDS = [
    {"id": "a", "text": "去年，青石县新建学校12所。", "published": "2026-01-20"},
    {"id": "b", "text": "青石县力争今年粮食产量达到35万吨。", "published": "2026-01-20"},
    {"id": "c"},
]

for result in govclaim.annotate_batch(RECORDS):
    if isinstance(result, govclaim.Rejected):
        print("rejected:", result.record["id"], result.error)
    else:
        print(result.id, [(claim.text, claim.modality) for claim in result.claims])
