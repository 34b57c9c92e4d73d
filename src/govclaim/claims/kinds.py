"""Whether a figure states a level, a share, growth or decline, or nothing.

The grammar of ``statements`` gives each figure a first reading. What a reader weighs besides – the words around, the
unit, what the figure before was – are traits, each with a fitted weight for each of ``KINDS``; the highest sum
wins. Ranks are known by their form and stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from govclaim.claims import labels
from govclaim.claims.clauses import NOMINAL, Parse, Word
from govclaim.claims.statements import Statement
from govclaim.knowledge import Knowledge
from govclaim.spans import SurfaceSpan
from govclaim.values import Layers, Quantity

__all__ = ["KINDS", "kind_of", "settle", "traits"]

KINDS = ("level", "share", "increase", "decrease", "flat", "none")
"""What a figure may state; the middle three are a ``change``."""

_EARLY = frozenset({"提前", "推迟", "滞后", "落后", "延后", "推后", "超前"})
"""提前一个月: against a plan."""
_LINKS = frozenset({"约", "近", "将近", "超", "超过", "大约", "不到", "至少", "有", "仅", "只"})
_FILLED = frozenset({"Q", "T", "E", "B"})
_FAR, _BEHIND = 8, 4
_COMPARING = re.compile("[比较]|同期|环比|相对|原来|过去|以往")


def settle(parsed: Parse, layer: Layers, stated: Sequence[Statement], knowledge: Knowledge) -> list[Statement]:
    """Read the figures of a sentence again.

    Args:
        parsed: The sentence in words.
        layer: The same sentence's layers.
        stated: What the grammar reads, in order of the figures; some figures may have nothing.
        knowledge: The weights.

    Returns:
        What each figure states; those that state nothing are left out.

    Raises:
        KnowledgeError: The weights are missing or damaged.
    """
    weigh = labels.table(knowledge, "kinds.tsv.gz", KINDS)
    read = {statement.word: statement for statement in stated}
    found: list[Statement] = []
    before = "-"
    for word in parsed.figures:
        statement = read.get(word)
        quantity = layer.quantities[parsed.words[word].item].value
        first = kind_of(statement)
        if first != "rank":
            chosen, certainty = labels.choose(traits(parsed, layer, word, quantity, statement, before), weigh, KINDS)
            statement = _restated(parsed, word, statement, first, chosen)
            if statement is not None and statement.rule == "share.context":
                statement = _of_whole(parsed, statement, found[-1] if found else None)
            statement = None if statement is None else replace(statement, certainty=certainty)
        before = first
        if statement is not None:
            found.append(statement)
    return found


def kind_of(statement: Statement | None) -> str:
    """The first reading as one of ``KINDS``, or ``rank``."""
    if statement is None:
        return "none"
    return (statement.direction or "increase") if statement.type == "change" else statement.type


def _restated(parsed: Parse, word: int, statement: Statement | None, first: str, chosen: str) -> Statement | None:
    """The statement that the chosen kind gives; what the grammar found besides is kept where it still holds."""
    if chosen == "none" or chosen == first:
        return statement if chosen != "none" else None
    base = statement or Statement(parsed.words[word].item, word, "level")
    plain = replace(base, direction=None, basis=None, base=None, scope=None, scope_figure=None, because=chosen)
    if chosen in {"level", "share"}:
        return replace(plain, type=chosen, rule=f"{chosen}.context")
    compared = base.type == "change"
    early = parsed.words[word - 1].text in _EARLY if word > parsed.start(word) else False
    return replace(
        plain,
        type="change",
        direction=chosen,
        basis=base.basis if compared else "plan" if early else "none",
        base=base.base if compared else None,
        rule="change.context",
    )


def _of_whole(parsed: Parse, statement: Statement, before: Statement | None) -> Statement:
    """集团收入的82%: the whole stands before 的; 售出300单,六成是外地的: it is what the figure before counts."""
    words, start = parsed.words, parsed.start(statement.word)
    last = statement.word
    while last > start and (words[last - 1].tag == "B" or words[last - 1].text in _LINKS):
        last -= 1
    if last > start and words[last - 1].text == "的":
        first = last = last - 1
        while first > start and words[first - 1].tag in NOMINAL:
            first -= 1
        if first < last and first > start and words[first].tag == "E" and first + 1 < last:
            first += 1  # 凤山县财政收入的两成: whose whole it is, is the subject
        return replace(statement, scope=_span(parsed, first, last)) if first < last else statement
    after = words[statement.word + 1 : statement.word + 2]
    opens = not any(word.tag in NOMINAL for word in (*words[start:last], *after))
    near = before is not None and before.type == "level" and ";" not in _between(parsed, before.word, statement.word)
    return replace(statement, scope_figure=before.quantity) if before is not None and opens and near else statement


def _span(parsed: Parse, first: int, last: int) -> SurfaceSpan:
    return SurfaceSpan(parsed.words[first].start, parsed.words[last - 1].end)


def _between(parsed: Parse, first: int, last: int) -> str:
    return parsed.text[parsed.words[first].end : parsed.words[last].start]


def traits(
    parsed: Parse, layer: Layers, word: int, quantity: Quantity, statement: Statement | None, before: str
) -> list[str]:
    """What can be seen of a figure.

    Args:
        parsed: The sentence in words.
        layer: The same sentence's layers.
        word: The figure's place among the words.
        quantity: Its value.
        statement: What the grammar reads.
        before: The first reading of the figure before in the sentence, ``-`` for the first.
    """
    rule = kind_of(statement)
    dimension, unit = quantity.dimension, quantity.unit
    text = parsed.words[word].text
    names = [
        "bias",
        f"rule={rule}",
        f"rule={rule}.{statement.rule if statement else '-'}",
        f"rule={rule}.{dimension}",
        f"prev={before}>{rule}",
        f"dim={dimension}",
        f"unit={unit}",
        f"unit={unit}>{rule}",
        f"bound={quantity.bound}.{dimension}",
        f"kind={layer.sentence.kind}",
        f"size={min(len(text), 5)}.{dimension}",
        f"digits={text[:1].isascii()}.{dimension}",
        f"first={text[:1] if not text[:1].isascii() else '0'}.{unit}",
    ]
    return [*names, *_around(parsed, word, dimension, rule)]


def _around(parsed: Parse, at: int, dimension: str, rule: str) -> list[str]:
    """The words of the figure's clause, near ones with their place."""
    first, end, words = parsed.start(at), parsed.end(at), parsed.words
    left = [_name(words[place]) for place in range(max(first, at - _FAR), at)]
    right = [_name(words[place]) for place in range(at + 1, min(end, at + 1 + _BEHIND))]
    near = [*["^"] * 3, *left][-3:]
    after = [*right, *["$"] * 3][:3]
    text = parsed.text
    start = words[first].start if first < len(words) else 0
    clause = text[max(start, words[at].start - 40) : words[at].start]
    names = [
        f"w1={near[2]}",
        f"w1={near[2]}.{dimension}",
        f"w2={near[1]}",
        f"w21={near[1]} {near[2]}",
        f"w3={near[0]}",
        f"a1={after[0]}",
        f"a1={after[0]}.{dimension}",
        f"a2={after[1]}",
        f"a12={after[0]} {after[1]}",
        f"a3={after[2]}",
        f"w1={near[2]}.a1={after[0]}",
        f"t1={words[at - 1].tag if at > first else '^'}.{words[at + 1].tag if at + 1 < end else '$'}.{dimension}",
        f"c1={clause[-1:]}.{dimension}",
        f"c2={clause[-2:]}",
        f"d2={text[words[at].end : words[at].end + 2]}",
        f"open={left[0] if at - first <= _FAR and left else '-'}.{dimension}",
        f"compares={bool(_COMPARING.search(clause))}.{dimension}.{rule}",
        f"ends={text[words[end - 1].end : words[end - 1].end + 1] if end else ''}.{at + 1 == end}.{dimension}",
    ]
    names += [f"b={name}.{dimension}" for name in left[:-1]]
    names += [f"b={name}" for name in left[:-1]]
    names += [f"f={name}.{dimension}" for name in right[1:]]
    return list(dict.fromkeys(names))


def _name(word: Word) -> str:
    return word.tag if word.tag in _FILLED else word.text
