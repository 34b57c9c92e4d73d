import json
import os
import signal
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import govclaim
from govclaim import cli, schema
from govclaim.review import changes, edits
from govclaim.review.comparison import differences
from govclaim.review.proposals import propose
from govclaim.review.server import Review, application
from govclaim.review.store import ConflictError, Store

TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%，居全市第二。三河镇新增学位2300余个。"
AUTHOR = edits.Author("小李", "2026-01-21")


@pytest.fixture(scope="module")
def annotation():
    return govclaim.annotate(TEXT, published="2026-01-20", id="qingshi", numerals=True)


def span(words, after=0):
    start = TEXT.index(words, after)
    return {"start": start, "end": start + len(words)}


def apply(annotation, op, **fields):
    return edits.apply(annotation, edits.parse({"op": op, **fields}), AUTHOR, propose=propose)


def by_text(layer, words):
    return next(item for item in layer if item.text == words)


# ---------------------------------------------------------------- edits


def test_a_field_is_set_and_signed(annotation):
    after = apply(annotation, "set", layer="quantities", id="q1", field="value", value="1,402,000,000.5")
    quantity = after.quantities[0]
    assert (str(quantity.value), quantity.si, quantity.source, quantity.confidence) == (
        "1402000000.5",
        None,
        "human:小李",
        None,
    )
    record = after.meta.get("annotation")
    assert (record["status"], record["annotator"], record["date"]) == ("in progress", "小李", "2026-01-21")
    assert annotation.quantities[0].source.startswith("rule:")


def test_a_part_moves_and_the_claim_grows_with_it(annotation):
    after = apply(annotation, "part", id="c1", role="indicator", **span("预算收入"))
    claim = after.claims[0]
    assert (claim.indicator.text, claim.text) == ("预算收入", "预算收入14.02亿元")
    assert apply(after, "part", id="c1", role="indicator").claims[0].indicator is None


def test_a_subject_is_linked_to_the_name_it_holds(annotation):
    entity = by_text(annotation.entities, "三河镇")
    after = apply(annotation, "part", id="c1", role="subject", **span("三河镇"))
    assert after.claims[0].subject.entity == entity.id


def test_a_deleted_figure_takes_its_claims_along(annotation):
    after = apply(annotation, "delete", layer="quantities", id="q1")
    assert [claim.quantity for claim in after.claims] == ["q2", "q3", "q4"]
    run = next(run for run in after.numerals if run.start == annotation.quantities[0].start)
    assert (run.role, run.ref) == ("other", None)


def test_a_deleted_time_and_name_leave_no_links(annotation):
    after = apply(annotation, "delete", layer="times", id="t1")
    after = apply(after, "delete", layer="entities", id=by_text(annotation.entities, "青石县").id)
    assert {claim.period for claim in after.claims} == {None}
    assert {claim.subject.entity for claim in after.claims if claim.subject and claim.subject.text == "青石县"} == {
        None
    }


def test_a_new_figure_is_read_by_the_grammar(annotation):
    bare = apply(annotation, "delete", layer="quantities", id="q4")
    after = apply(bare, "add", layer="quantities", **span("2300余个"))
    quantity = by_text(after.quantities, "2300余个")
    assert (str(quantity.value), quantity.unit, quantity.bound, quantity.sentence) == ("2300", "个", "over", "s2")
    after = apply(after, "claim", quantity=quantity.id, type="level")
    assert after.claims[-1].quantity == quantity.id
    assert any(run.ref == quantity.id for run in after.numerals)


def test_a_moved_figure_is_read_anew(annotation):
    after = apply(annotation, "move", layer="quantities", id="q4", **span("2300"))
    assert (str(after.quantities[3].value), after.quantities[3].unit, after.quantities[3].bound) == (
        "2300",
        None,
        "exact",
    )


def test_a_type_brings_and_takes_its_fields(annotation):
    after = apply(annotation, "set", layer="claims", id="c2", field="type", value="level")
    assert (after.claims[1].direction, after.claims[1].basis) == (None, None)
    after = apply(after, "set", layer="claims", id="c2", field="type", value="change")
    assert (after.claims[1].direction, after.claims[1].basis) == ("increase", "none")


def test_accepting_twice_is_as_before(annotation):
    once = apply(annotation, "accept", layer="claims", id="c1")
    assert once.claims[0].reviewed == "accepted"
    assert once.claims[0].source == annotation.claims[0].source
    assert apply(once, "accept", layer="claims", id="c1").claims == annotation.claims


REFUSED = [
    ({"op": "add", "layer": "entities", "start": 0, "end": 0}, "no stretch"),
    ({"op": "add", "layer": "entities", "start": 0, "end": 999}, "no stretch"),
    ({"op": "add", "layer": "times", "start": 0, "end": 3}, "overlaps"),
    ({"op": "add", "layer": "entities", **span("二。三河")}, "beyond the end of sentence"),
    ({"op": "move", "layer": "entities", "id": "e99", "start": 0, "end": 1}, "there is no 'e99'"),
    ({"op": "set", "layer": "claims", "id": "c1", "field": "type", "value": "guess"}, "type cannot be 'guess'"),
    ({"op": "set", "layer": "claims", "id": "c1", "field": "period", "value": "t99"}, "no 't99' in times"),
    ({"op": "set", "layer": "claims", "id": "c1", "field": "quoted", "value": "true"}, "nobody who says it"),
    ({"op": "set", "layer": "claims", "id": "c1", "field": "id", "value": "c2"}, "cannot be set"),
    ({"op": "set", "layer": "quantities", "id": "q1", "field": "value", "value": "viel"}, "no number"),
    ({"op": "set", "layer": "quantities", "id": "q1", "field": "value", "value": "NaN"}, "no numbers of the contract"),
    ({"op": "set", "layer": "entities", "id": "e1", "field": "label", "value": ""}, "label cannot be None"),
    ({"op": "adopt", "layer": "claims", "id": "c1"}, "no second annotator"),
    ({"op": "fly"}, "no edit"),
    ("accept", "no edit"),
]


@pytest.mark.parametrize(("edit", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_breaks_the_contract_is_refused_with_a_message(annotation, edit, message):
    with pytest.raises(govclaim.SchemaError, match=message) as caught:
        edits.apply(annotation, edits.parse(edit), AUTHOR)
    assert caught.value.hint


SOUND = [
    {"op": "set", "layer": "claims", "id": "c3", "field": "basis", "value": "yoy"},
    {"op": "delete", "layer": "quantities", "id": "q2"},
    {"op": "delete", "layer": "entities", "id": "e1"},
    {"op": "delete", "layer": "times", "id": "t1"},
    {"op": "add", "layer": "entities", "label": "LOC", **span("全市")},
    {"op": "move", "layer": "quantities", "id": "q4", **span("2300")},
    {"op": "part", "id": "c1", "role": "scope", **span("全市")},
    {"op": "claim", "quantity": "q1", "type": "share"},
    {"op": "accept", "layer": "claims", "id": "c1"},
    {"op": "status", "status": "done"},
]


@pytest.mark.parametrize("edit", SOUND, ids=[edit["op"] for edit in SOUND])
def test_every_change_goes_back_and_forth_through_json(annotation, edit):
    after = edits.apply(annotation, edits.parse(edit), AUTHOR)
    schema.check(after)
    assert after != annotation
    read = json.loads(schema.to_json(changes.to_plain(changes.between(annotation, after))), parse_float=schema.Decimal)
    change = changes.from_json(read)
    assert govclaim.dumps(changes.applied(annotation, change)) == govclaim.dumps(after)
    assert govclaim.dumps(changes.undone(after, change)) == govclaim.dumps(annotation)
    assert govclaim.loads(govclaim.dumps(after)) == after


# ---------------------------------------------------------------- the second annotator


def test_differences_are_found_adopted_and_settled(annotation):
    theirs = apply(annotation, "part", id="c1", role="indicator", **span("收入"))
    theirs = apply(theirs, "delete", layer="entities", id=by_text(annotation.entities, "三河镇").id)
    theirs = apply(theirs, "claim", quantity="q1", type="rank")
    theirs = apply(theirs, "set", layer="times", id="t1", field="value", value="2024")
    found = differences(annotation, theirs)
    assert {(one["layer"], one["ours"] is None, one["theirs"] is None) for one in found} == {
        ("times", False, False),
        ("entities", False, True),
        ("claims", False, False),
        ("claims", True, False),
    }
    ours = annotation
    for one in found:
        if one["theirs"] is None:
            edit = {"op": "settle", "key": one["key"]}
        else:
            edit = {"op": "adopt", "layer": one["layer"], "id": one["theirs"], "instead": one["ours"]}
        ours = edits.apply(ours, edits.parse(edit), AUTHOR, second=theirs)
    assert differences(ours, theirs) == []
    assert ours.claims[0].indicator.text == "收入"
    assert ours.times[0].value == "2024"


def test_a_claim_is_adopted_with_its_figure_and_period(annotation):
    ours = apply(apply(annotation, "delete", layer="quantities", id="q1"), "delete", layer="times", id="t1")
    edit = edits.parse({"op": "adopt", "layer": "claims", "id": "c1"})
    after = edits.apply(ours, edit, AUTHOR, second=annotation)
    claim = next(one for one in after.claims if one.text == annotation.claims[0].text)
    assert after.by_id()[claim.quantity].text == "14.02亿元"
    assert after.by_id()[claim.period].value == "2025"


# ---------------------------------------------------------------- the file


@pytest.fixture
def file(tmp_path, annotation):
    path = tmp_path / "pages.jsonl"
    other = annotation.model_copy(update={"id": "zweite"})
    path.write_text(f"{govclaim.dumps(annotation)}\n{govclaim.dumps(other)}\n", encoding="utf-8")
    return path


@pytest.fixture
def opened(file):
    stores = []

    def open_(**options):
        stores.append(Store(file, "小李", **options))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


def lines(file):
    return [annotation for _, annotation in schema.load_lines(file.read_bytes().splitlines())]


DELETE = edits.parse({"op": "delete", "layer": "claims", "id": "c1"})
ACCEPT = edits.parse({"op": "accept", "layer": "claims", "id": "c2"})


def test_every_change_is_in_the_file_at_once_and_only_its_line_differs(file, opened):
    before = file.read_bytes().split(b"\n")
    store = opened()
    paper = store.edit(1, store.papers[1].version, DELETE)
    after = file.read_bytes().split(b"\n")
    assert after[0] == before[0]
    assert after[2:] == before[2:]
    assert lines(file)[1] == paper.annotation
    assert len(lines(file)[1].claims) == len(lines(file)[0].claims) - 1
    assert not file.with_name("pages.jsonl.part").exists()


def test_undo_and_redo_have_no_end_and_outlast_the_process(file, opened):
    original = file.read_bytes()
    store = opened()
    for edit in (DELETE, ACCEPT, ACCEPT, ACCEPT):
        store.edit(0, store.papers[0].version, edit)
    edited = file.read_bytes()
    store.close()
    store = opened()
    for _ in range(4):
        store.undo(0, store.papers[0].version)
    assert file.read_bytes() == original
    with pytest.raises(govclaim.SchemaError, match="nothing to undo"):
        store.undo(0, store.papers[0].version)
    store.close()
    store = opened()
    for _ in range(4):
        store.redo(0, store.papers[0].version)
    assert json.loads(file.read_bytes().splitlines()[0]) == json.loads(edited.splitlines()[0])


def test_what_the_journal_holds_and_the_file_lacks_is_done_on_opening(file, opened):
    before = file.read_bytes()
    store = opened()
    store.edit(0, store.papers[0].version, DELETE)
    edited = file.read_bytes()
    store.close()
    file.write_bytes(before)  # as if the process had died between journal and file
    with store.journal.open("ab") as journal:
        journal.write(b'{"torn": ')
    store = opened()
    assert file.read_bytes() == edited
    store.undo(0, store.papers[0].version)
    assert file.read_bytes() == before


def test_a_journal_of_another_text_changes_nothing(file, opened, annotation):
    store = opened()
    store.edit(0, store.papers[0].version, DELETE)
    store.close()
    edited = lines(file)[0].model_copy(update={"warnings": ("edited elsewhere",)})
    file.write_text(f"{govclaim.dumps(edited)}\n", encoding="utf-8")
    store = opened()
    assert store.papers[0].annotation == edited
    assert store.papers[0].done == []


def test_what_another_has_changed_is_not_written_over(file, opened):
    store = opened()
    version = store.papers[0].version
    store.edit(0, version, DELETE)
    with pytest.raises(ConflictError, match="another window"):
        store.edit(0, version, ACCEPT)
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(ConflictError, match="another program"):
        store.edit(0, store.papers[0].version, ACCEPT)


def test_a_second_person_is_told_who_is_there(file, opened):
    opened(address="http://127.0.0.1:7")
    with pytest.raises(
        govclaim.InputError, match=r"小李 has been reviewing the file since .* at http://127\.0\.0\.1:7"
    ):
        opened()


SLAIN = """
import sys, time
from pathlib import Path
from govclaim.review import edits
from govclaim.review.store import Store
store = Store(Path(sys.argv[1]), "小王")
accept = edits.parse({"op": "accept", "layer": "claims", "id": "c2"})
for number in range(100_000):
    store.edit(0, store.papers[0].version, accept)
    print(number + 1, flush=True)
"""


def test_a_process_that_is_killed_loses_nothing_that_was_answered(file, opened):
    process = subprocess.Popen([sys.executable, "-c", SLAIN, str(file)], stdout=subprocess.PIPE, text=True)
    answered = 0
    while answered < 20:
        answered = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    answered = [answered, *map(int, process.stdout.read().split("\n")[:-1])][-1]
    process.wait()
    process.stdout.close()
    assert len(lines(file)) == 2
    store = opened()
    assert len(store.papers[0].done) in (answered, answered + 1)
    assert ("reviewed" in (store.papers[0].annotation.claims[1].__pydantic_extra__ or {})) == bool(
        len(store.papers[0].done) % 2
    )


# ---------------------------------------------------------------- the server


@pytest.fixture
def client(opened):
    review = Review(opened())
    with TestClient(application(review)) as client:
        client.headers["X-Token"] = review.token
        client.params = {}
        client.review = review
        yield client


def test_the_page_wants_its_token(client):
    assert client.get("/").status_code == 403
    page = client.get("/", params={"token": client.review.token})
    assert page.status_code == 200
    assert "connect-src 'self'" in page.text
    assert client.get("/api/overview", headers={"X-Token": "ü".encode()}).status_code == 403
    assert client.get("/api/overview", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/api/overview").json()["totals"]["documents"] == 2


def test_an_edit_over_the_wire(client, file):
    told = client.get("/api/documents/0").json()
    version = told["state"]["version"]
    body = {
        "version": version,
        "edit": {"op": "set", "layer": "quantities", "id": "q1", "field": "value", "value": "0.10"},
    }
    told = client.post("/api/documents/0/edits", json=body).json()
    assert told["document"]["quantities"][0]["value"] == "0.10"
    assert told["state"]["undo"] == 1
    assert str(lines(file)[0].quantities[0].value) == "0.10"
    stale = client.post("/api/documents/0/edits", json=body)
    assert (stale.status_code, stale.json()["message"]) == (409, "the document was changed in another window")
    body["version"], body["edit"]["value"] = told["state"]["version"], "viel"
    refused = client.post("/api/documents/0/edits", json=body)
    assert (refused.status_code, refused.json()["hint"][:12]) == (422, "write digits")
    told = client.post("/api/documents/0/undo", json={"version": told["state"]["version"]}).json()
    assert told["state"] | {"undo": 0, "redo": 1} == told["state"]
    assert client.get("/api/documents/9").status_code == 422


def test_review_refuses_what_it_cannot_open(tmp_path, file):
    done = CliRunner().invoke(cli.app, ["review", str(tmp_path / "nothing.jsonl"), "--no-browser"])
    assert done.exit_code == 2
    assert "there is no such file" in done.stderr
    done = CliRunner().invoke(cli.app, ["review", str(file), "--no-browser", "--lang", "fr"])
    assert done.exit_code == 2
