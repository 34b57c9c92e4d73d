"""Records for the engines, and what a run of ours makes of them."""

from __future__ import annotations

import json

import pytest

from govclaim.batch.runner import Input, Output, Run
from govclaim.batch.work import Recipe

RECORDS = 600


@pytest.fixture(scope="session")
def rows():
    """Records of which six are rejected, of three kinds."""
    text = "2025年，青石县新建学校{n}所，增长{n}.5%，居全市第二。"
    made = [
        {"id": f"p{n:03}", "text": text.format(n=n), "published": "2026-01-20", "county": n % 7} for n in range(RECORDS)
    ]
    for n in (3, 300):
        made[n]["text"] = None
    for n in (7, 301):
        made[n]["published"] = "2026-02-30"
    for n in (9, 599):
        made[n]["published"] = "soon"
    return made


@pytest.fixture(scope="session")
def pages(rows, tmp_path_factory):
    """The same as a file."""
    file = tmp_path_factory.mktemp("in") / "pages.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def local(pages, tmp_path_factory):
    """What a local run writes: its lines by id, and its rejected records by id."""
    output = tmp_path_factory.mktemp("out") / "local.jsonl"
    with Run(Input((str(pages),)), Recipe(), Output(output)) as run:
        for _ in run.go(workers=1):
            pass
    rejected = output.with_name(output.name + ".rejected.jsonl")
    return Local(output.read_bytes(), rejected.read_bytes())


class Local:
    """A result."""

    def __init__(self, content: bytes, rejected: bytes) -> None:
        self.content, self.rejected = content, rejected
        self.annotations = {json.loads(line)["id"]: line for line in content.decode().splitlines()}
        self.refused = {line["record"]["id"]: line for line in map(json.loads, rejected.splitlines())}

    def equals(self, found: list[dict]) -> bool:
        """Whether rows of an engine are the same, byte for byte after sorting by id, and none is lost."""
        annotated = {row["id"]: row["annotation"] for row in found if row["error"] is None}
        refused = {row["id"]: row for row in found if row["error"] is not None}
        assert len(found) == RECORDS == len(annotated) + len(refused)
        assert sorted(annotated.items()) == sorted(self.annotations.items())
        assert refused.keys() == self.refused.keys()
        for id, row in refused.items():
            there = self.refused[id]
            assert row["annotation"] is row["characters"] is row["claims"] is None
            assert json.loads(row["record"]) == there["record"]
            assert row["error"] == there["error"]
            assert row["hint"]
        return True
