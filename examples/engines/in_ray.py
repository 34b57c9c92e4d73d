"""A step of a Ray Data pipeline: pages in, one row a claim out. Needs pip install 'govclaim[ray]'."""

import json

import ray
import ray.data

import govclaim.ray

ray.init(num_cpus=2, object_store_memory=100_000_000, log_to_driver=False)  # on a cluster: ray.init()
pages = ray.data.from_items(
    [
        {"id": "a", "text": "去年，青石县新建学校12所。", "published": "2026-01-20", "county": "青石县"},
        {"id": "b", "text": "青石县力争今年粮食产量达到35万吨。", "published": "2026-01-20", "county": "青石县"},
        {"id": "c", "text": None, "published": "2026-01-20", "county": "白水县"},
    ]
)


def claims(row):
    annotation = json.loads(row["annotation"])
    return [{"county": row["county"], "claim": claim["text"]} for claim in annotation["claims"]]


annotated = govclaim.ray.annotate(pages, keep=["county"]).materialize()  # or .write_parquet(…)
for row in annotated.filter(lambda row: row["error"] is None).flat_map(claims).take_all():
    print(row["county"], row["claim"])
for row in annotated.filter(lambda row: row["error"] is not None).take_all():
    print("rejected:", row["id"], row["error"])
