"""A language model as a baseline: its prompt, the call, and the reading of what it answers.

The call needs a key and a network; the reading and the scoring need neither. Answers are kept as JSON Lines
(``{"id": …, "answer": …}``), so that a table can be printed again without asking anew.
"""

import json
import os
import re
import urllib.request
from decimal import Decimal, InvalidOperation
from pathlib import Path

from . import drafts

__all__ = ["ENDPOINT", "KEY", "ask", "keep", "kept", "prompt", "read"]

PROMPT = Path(__file__).with_name("prompt.md")
KEY, ENDPOINT = "OPENAI_API_KEY", "https://api.openai.com/v1/chat/completions"
FIELDS = {
    "type": ("level", "change", "share", "rank"),
    "modality": ("actual", "target", "forecast", "hypothetical"),
    "direction": ("increase", "decrease", "flat"),
    "basis": ("yoy", "qoq", "mom", "previous", "ytd", "since", "plan", "benchmark", "none"),
    "polarity": ("affirmed", "negated"),
}
BOUNDS = ("exact", "approx", "nearly", "over", "at_least", "under", "at_most", "range", "vague")


def prompt(document):
    """What the model is asked about a document; it sees the text and the day of publication."""
    filled = PROMPT.read_text("utf-8").replace("{published}", str(document.meta.published))
    return filled.replace("{text}", document.text)


def ask(document, *, model, endpoint=ENDPOINT, key=None):
    """Call an endpoint that speaks OpenAI's chat protocol (a local server too) and give back the answer's text."""
    body = {"model": model, "temperature": 0, "messages": [{"role": "user", "content": prompt(document)}]}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or os.environ[KEY]}"}
    request = urllib.request.Request(endpoint, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=300) as reply:
        return json.load(reply)["choices"][0]["message"]["content"]


def kept(path):
    """Answers by document, as they were kept."""
    lines = Path(path).read_text("utf-8").splitlines()
    return {each["id"]: each["answer"] for each in map(json.loads, filter(str.strip, lines))}


def keep(path, id, answer):
    """Add an answer to those kept."""
    with Path(path).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": id, "answer": answer}, ensure_ascii=False) + "\n")


def read(document, answer):
    """An answer as an annotation of the document.

    What cannot be read is left out: a figure or name that does not stand in the text, a value that is no number, a word
    that is none of the closed list (the default stands for it). An answer that is no JSON is an empty annotation.
    """
    told = _parsed(answer)
    cursor, names = 0, []
    for each in _objects(told, "entities"):
        at = _find(document.text, each.get("text"), cursor)
        if at and each.get("label") in ("LOC", "ORG", "PER"):
            names.append((*at, each["label"]))
            cursor = at[0] + 1
    cursor, found, made = 0, [], []
    for each in _objects(told, "figures"):
        at = _find(document.text, each.get("text"), cursor)
        if at is None:
            continue
        cursor = at[1]
        made += [_claim(document.text, len(found), at, claim) for claim in _objects(each, "claims")]
        found.append(_figure(at, each))
    return drafts.annotation(document, names=names, found=found, made=[each for each in made if each])


def _parsed(answer):
    match = re.search(r"\{.*\}", answer, re.DOTALL)
    try:
        told = json.loads(match[0]) if match else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _objects(held, name):
    listed = held.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _find(text, wanted, cursor):
    """Where it stands from the cursor on, else nowhere: answers are in the order of the text."""
    if not isinstance(wanted, str) or not wanted.strip():
        return None
    at = text.find(wanted, cursor)
    if at < 0:  # the page breaks its lines, the answer does not
        broken = re.compile(r"\s*".join(map(re.escape, wanted))).search(text, cursor)
        return broken.span() if broken else None
    return at, at + len(wanted)


def _near(text, wanted, figure):
    """The mention of a phrase that is nearest before the figure, else the first after it."""
    if not isinstance(wanted, str) or not wanted.strip():
        return None
    spans = [found.span() for found in re.finditer(r"\s*".join(map(re.escape, wanted)), text)]
    before = [span for span in spans if span[1] <= figure[0]]
    return before[-1] if before else spans[0] if spans else None


def _figure(at, told):
    unit = told.get("unit")
    bound = told.get("bound") if told.get("bound") in BOUNDS else "exact"
    numbers = {name: _number(told.get(name)) for name in ("value", "lower", "upper")}
    return drafts.Find(*at, unit=unit if isinstance(unit, str) and unit else None, bound=bound, **numbers)


def _number(value):
    try:
        return Decimal(str(value)) if value is not None and Decimal(str(value)).is_finite() else None
    except InvalidOperation:
        return None


def _claim(text, number, figure, told):
    fields = {name: told.get(name) if told.get(name) in words else None for name, words in FIELDS.items()}
    if fields["type"] is None:
        return None
    if fields["type"] != "change":
        fields["direction"] = fields["basis"] = None
    elif None in (fields["direction"], fields["basis"]):
        fields |= {"direction": fields["direction"] or "flat", "basis": fields["basis"] or "none"}
    period = told.get("period")
    spans = {name: _near(text, told.get(name), figure) for name in ("indicator", "subject")}
    scope = _near(text, told.get("scope"), figure) if fields["type"] in ("rank", "share") else None
    speaker = _near(text, told.get("speaker"), figure)
    period_value = period if isinstance(period, str) and period else None
    return {**fields, **spans, "quantity": number, "scope": scope, "attribution": speaker, "period_value": period_value}
