"""The service: what it answers, what it refuses, and that nothing blocks it."""

import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial

import pytest
from fastapi.testclient import TestClient

import govclaim
from govclaim.errors import GovclaimError, InputError
from govclaim.listener import bound
from govclaim.service import messages
from govclaim.service.application import application
from govclaim.service.clerk import Clerk, Order
from govclaim.service.desk import Desk, Limits
from govclaim.service.journal import Lines

PAGE = {"id": "a", "text": "去年，青石县新建学校3所，增长5.0%。", "published": "2026-01-20"}
HANG = "HANG"


class Trap(str):
    """A text that calls something where it is unpickled."""

    __slots__ = ("call",)

    def __new__(cls, call):
        made = super().__new__(cls, HANG)
        made.call = call
        return made

    def __reduce__(self):
        return self.call


@contextmanager
def service(**limits):
    desk = Desk(partial(Clerk, None, None), 1, Limits(**limits))
    desk.open()
    try:
        yield TestClient(application(desk), raise_server_exceptions=False)
    finally:
        desk.close()


@pytest.fixture(scope="module")
def client():
    with service(characters=200, body=2000, batch=4000) as made:
        yield made


@pytest.fixture
def traps(monkeypatch):
    """A text HANG hangs its process."""
    real = messages.order

    def order(raw, *others):
        if HANG.encode() in raw:
            return Order(Trap((time.sleep, (600,))), "hang")
        return real(raw, *others)

    monkeypatch.setattr(messages, "order", order)


def annotated(**options):
    return govclaim.annotate(PAGE["text"], id="a", published="2026-01-20", **options)


def test_one_document_is_annotated_as_by_the_library(client):
    answer = client.post("/annotate", json=PAGE)
    assert answer.text == govclaim.dumps(annotated())
    answer = client.post("/annotate", params={"tokens": True, "numerals": True, "check": True}, json=PAGE)
    assert govclaim.loads(answer.text) == annotated(tokens=True, numerals=True, check=True)


def test_a_text_alone_and_a_day_and_layers_in_the_address(client):
    asked = {"published": "2026-01-20", "layers": ["times"]}
    found = govclaim.loads(client.post("/annotate", params=asked, json=PAGE["text"]).text)
    assert [item.value for item in found.times] == ["2025"]
    assert found.claims == ()


def test_numbers_stay_exact_and_other_fields_become_metadata(client):
    body = '{"text": "青石县", "meta": {"rate": 0.10000000000000000000000001}, "title": "标题", "more": 1}'
    answer = client.post("/annotate", content=body)
    assert '"rate": 0.10000000000000000000000001' in answer.text
    assert govclaim.loads(answer.text).meta.title == "标题"


@pytest.mark.parametrize(
    ("body", "status", "reason", "word"),
    [
        ("", 422, "empty", "empty"),
        ("not json", 422, "no_json", "JSON"),
        ("[1]", 422, "invalid", "document"),
        ("7", 422, "invalid", "document"),
        ('{"id": "a"}', 422, "invalid", "text"),
        ('{"text": 5}', 422, "invalid", "text"),
        ('{"text": "a", "published": "2026-02-30"}', 422, "refused", "2026-02-30"),
        ('{"text": "a", "meta": {"published": "soon"}}', 422, "refused", "soon"),
        ('{"text": "a", "meta": [1]}', 422, "invalid", "meta"),
        ('{"text": "a", "meta": {"n": NaN}}', 422, "no_json", "NaN"),
        ('{"text": "half a pair \\ud83d"}', 422, "refused", "surrogate"),
        ('{"text": ' + "[" * 900 + "]" * 900 + "}", 422, "invalid", "text"),
        ('{"text": "' + "字" * 201 + '"}', 413, "long_text", "200"),
        ('"' + "a" * 2500 + '"', 413, "large", "2,000"),
        ('"' + "a" * 9000 + '"', 413, "large", "2,000"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(client, body, status, reason, word):
    answer = client.post("/annotate", content=body)
    told = answer.json()
    assert (answer.status_code, told["status"], told["reason"]) == (status, status, reason)
    assert word in told["error"]
    assert told["hint"]
    assert told["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("query", ["published=0", "published=2026-02-30", "layers=words", "check=perhaps"])
def test_an_option_that_cannot_be_meant_is_refused(client, query):
    answer = client.post(f"/annotate?{query}", json=PAGE)
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json()["error"]


def test_a_batch_keeps_order_and_says_of_each_bad_line_what_is_wrong_in_its_place(client):
    good = json.dumps(PAGE, ensure_ascii=False)
    lines = [good, "broken", "", "7", '{"id": "c"}', '"' + "字" * 201 + '"', '"' + "a" * 2500 + '"', good]
    answer = client.post("/annotate/batch", content="\n".join(lines))
    assert answer.headers["content-type"] == "application/x-ndjson"
    found = answer.text.splitlines()
    assert found[0] == found[-1] == govclaim.dumps(annotated())
    told = [json.loads(line) for line in found[1:-1]]
    assert [(one["line"], one["status"]) for one in told] == [(2, 422), (4, 422), (5, 422), (6, 413), (7, 413)]
    assert all(one["error"] and one["hint"] and one["request_id"] == answer.headers["x-request-id"] for one in told)


def test_a_batch_that_is_too_long_is_refused_as_a_whole(client):
    answer = client.post("/annotate/batch", content=b'"a"\n' * 1001)
    assert (answer.status_code, answer.json()["reason"]) == (413, "large")


def test_a_document_that_hangs_harms_no_other(traps):
    with service(queue=1, timeout=1) as client:
        answers = {}
        hanging = threading.Thread(target=lambda: answers.update(hang=client.post("/annotate", json=HANG)))
        waiting = threading.Thread(target=lambda: answers.update(wait=client.post("/annotate", json=PAGE)))
        for number, thread in enumerate((hanging, waiting), start=1):
            thread.start()
            while client.get("/health").json()["waiting"] < number:
                time.sleep(0.01)
        assert client.get("/health").json()["status"] == "busy"
        full = client.post("/annotate", json=PAGE)
        for thread in (hanging, waiting):
            thread.join()
        assert (full.status_code, full.json()["reason"], full.headers["retry-after"]) == (503, "queue_full", "1")
        assert (answers["hang"].status_code, answers["hang"].json()["reason"]) == (503, "no_answer")
        assert answers["wait"].text == govclaim.dumps(annotated())
        lines = client.post("/annotate/batch", content=b'"HANG"\n' + json.dumps(PAGE).encode()).text.splitlines()
        assert (json.loads(lines[0])["id"], json.loads(lines[0])["reason"]) == ("hang", "no_answer")
        assert lines[1] == govclaim.dumps(annotated())


def test_one_that_waited_too_long_is_told_so(traps):
    with service(wait=0.1, timeout=1) as client:
        first = threading.Thread(target=lambda: client.post("/annotate", json=HANG))
        first.start()
        while not client.get("/health").json()["waiting"]:
            time.sleep(0.01)
        late = client.post("/annotate", json=PAGE)
        first.join()
        assert (late.status_code, late.json()["reason"]) == (503, "late")


def test_what_stops_ends_what_hangs(traps):
    with service(timeout=600) as client:
        answers = []
        hanging = threading.Thread(target=lambda: answers.append(client.post("/annotate", json=HANG)))
        hanging.start()
        while not client.get("/health").json()["waiting"]:
            time.sleep(0.01)
    hanging.join()
    assert (answers[0].status_code, answers[0].json()["reason"]) == (503, "stopping")


def test_requests_are_told_by_their_ids_and_never_by_their_texts(client, caplog):
    caplog.handler.setFormatter(Lines())
    with caplog.at_level(logging.INFO, "govclaim.service"):
        given = client.post("/annotate", json=PAGE, headers={"X-Request-Id": "press-7"})
        odd = client.post("/annotate", json={"text": "青石县", "published": "青石县"}, headers={"X-Request-Id": "a b"})
        client.get("/青石县")
    assert given.headers["x-request-id"] == "press-7"
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    assert [line["request_id"] for line in lines[:2]] == ["press-7", odd.headers["x-request-id"]]
    assert len(odd.headers["x-request-id"]) == 32
    assert (lines[0]["path"], lines[0]["status"], lines[0]["characters"]) == ("/annotate", 200, len(PAGE["text"]))
    assert [line["path"] for line in lines] == ["/annotate", "/annotate", "-"]
    assert "青石县" not in caplog.text


def test_an_exception_is_told_without_what_it_says():
    try:
        raise ValueError("青石县")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "b", 1, "fault", (), sys.exc_info())
    line = json.loads(Lines().format(record))
    assert (line["event"], line["exception"]) == ("fault", "ValueError")
    assert "test_service.py" in line["frames"][0]
    assert "青石县" not in json.dumps(line, ensure_ascii=False)


def test_a_fault_of_ours_is_told_without_the_text(client, caplog, monkeypatch):
    async def broken(self, order, **_):
        raise ValueError(order.text)

    monkeypatch.setattr(Desk, "answer", broken)
    caplog.handler.setFormatter(Lines())
    answer = client.post("/annotate", json=PAGE)
    told = answer.json()
    assert (answer.status_code, told["reason"], told["error"]) == (500, "fault", "ValueError")
    assert told["request_id"] == answer.headers["x-request-id"]
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    assert [(line["event"], line["request_id"]) for line in lines if line["level"] == "error"] == [
        ("fault", told["request_id"]),
        ("request", told["request_id"]),
    ]
    assert "青石县" not in caplog.text


def test_counts_for_prometheus(client):
    def counts():
        lines = (line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[0] != "#")
        return {name: float(value) for name, value in lines}

    before = counts()
    client.post("/annotate", json=PAGE)
    client.post("/annotate/batch", content=b'"a"\nbroken\n')
    after = counts()
    more = {name: after[name] - before.get(name, 0) for name in after}
    assert more['govclaim_requests_total{path="/annotate",status="200"}'] == 1
    assert more['govclaim_documents_total{outcome="annotated"}'] == 2
    assert more['govclaim_documents_total{outcome="rejected"}'] == 1
    assert more["govclaim_characters_total"] == len(PAGE["text"]) + 1
    assert after["govclaim_waiting"] == 0


def test_the_description_holds_the_contract_and_a_whole_example(client):
    api = client.get("/openapi.json").json()
    assert set(api["paths"]) == {"/annotate", "/annotate/batch", "/health", "/metrics"}
    schemas = api["components"]["schemas"]
    assert schemas["Annotation"]["required"] == govclaim.json_schema()["required"]
    example = api["paths"]["/annotate"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/annotate", json=example).status_code == 200
    named = {part.split('"')[0] for part in json.dumps(api).split("#/components/schemas/")[1:]}
    assert named <= set(schemas)


def test_a_signal_finishes_what_is_under_way(tmp_path):
    command = [sys.executable, "-m", "govclaim.cli", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        port = int(running.stdout.readline().strip().rsplit(":", 1)[1])
        body = (json.dumps(PAGE) + "\n").encode() * 150
        with socket.create_connection(("127.0.0.1", port)) as connection:
            head = f"POST /annotate/batch HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            answer = connection.recv(1 << 16)  # the first answers are here, the last are not made yet
            assert answer.startswith(b"HTTP/1.1 200")
            running.send_signal(signal.SIGTERM)
            while block := connection.recv(1 << 16):
                answer += block
        assert running.wait() == 0
        assert answer.count(b'{"schema_version"') == 150
        last = [json.loads(line) for line in running.stderr.read().splitlines()]
    assert next(line for line in last if line["event"] == "request")["documents"] == 150


def test_a_port_that_is_taken_is_told():
    with bound("127.0.0.1", 0) as listener:
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(InputError, match="listen") as caught, bound("127.0.0.1", port):
            pass
    assert caught.value.where == f"127.0.0.1:{port}"
    assert "--port" in caught.value.hint


def test_weights_that_are_missing_are_told_before_anything_is_served():
    desk = Desk(partial(Clerk, "no/such/folder"), 1, Limits())
    try:
        with pytest.raises(GovclaimError, match="folder"):
            desk.open()
    finally:
        desk.close()
