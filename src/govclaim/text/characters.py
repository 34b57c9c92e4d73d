"""What the weights for words see of each character: features as 32-bit numbers, for a whole document at once.

Texts are laid end to end with blanks between them, so that no feature reaches from one into the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["LONGEST", "Lexicon", "features", "inseparable", "laid_out", "lexicon"]

LONGEST = 5
"""The longest word that a word list may add to what is known of a character."""

_BLANKS = 4
_ONE, _TWO = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

Codes = np.ndarray[Any, np.dtype[np.uint32]]
_Marks = np.ndarray[Any, np.dtype[np.uint8]]
_Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Lexicon = dict[int, Codes]
"""Words by their length, as sorted hashes."""


def laid_out(texts: Sequence[str]) -> tuple[Codes, list[int]]:
    """Texts one after the other, full-width signs in their ASCII form.

    Args:
        texts: Without white space.

    Returns:
        Code points, and where each text begins.
    """
    blank = "\0" * _BLANKS
    raw = (blank + blank.join(texts) + blank).encode("utf-32-le", "surrogatepass")
    lengths = np.array([len(text) + _BLANKS for text in texts], np.int64)
    codes: Codes = _classes()[0][np.frombuffer(raw, np.uint32)]
    return codes, (_BLANKS + np.cumsum(lengths) - lengths).tolist()


@lru_cache(maxsize=1)
def _classes() -> tuple[Codes, Codes, _Marks]:
    """By code point: its ASCII form, that with one sign for all digits and one for all letters, and its class."""
    folded = np.arange(0x110000, dtype=np.uint32)
    folded[0xFF01:0xFF5F] -= 0xFEE0
    known, kind = folded.copy(), np.ones(0x110000, np.uint8)
    for first, last in ((0x3400, 0x9FFF), (0x20000, 0x2FFFF), (0xF900, 0xFAFF)):
        kind[first : last + 1] = 2
    known[0x30:0x3A] = 0x30
    kind[0x30:0x3A] = 3
    for first, last in ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F)):
        known[first : last + 1] = 0x61
        kind[first : last + 1] = 4
    for number, signs in enumerate(("零〇一二三四五六七八九十百千万亿两几半", "年月日时分秒", "·-/", ".%,", "第"), 5):
        kind[[ord(sign) for sign in signs]] = number
    kind[0] = 0
    return folded, known, kind


def lexicon(words: Iterable[str]) -> Lexicon:
    """A word list as features ask for it.

    Args:
        words: Those of fewer than two or more than ``LONGEST`` characters are left out.

    Returns:
        Their hashes.
    """
    by_length: dict[int, list[str]] = {length: [] for length in range(2, LONGEST + 1)}
    for word in words:
        if len(word) in by_length:
            by_length[len(word)].append(word)
    return {length: _hashed(found, length) for length, found in by_length.items()}


def _hashed(words: list[str], length: int) -> Codes:
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    found: Codes = np.unique(_top(_stretches(_classes()[0][codes])[length][::length]))
    return found


def features(codes: Codes, lexicons: Sequence[Lexicon]) -> list[Codes]:
    """Features of every character.

    Args:
        codes: As ``laid_out`` gives them.
        lexicons: Word lists; the first also tells which word it is.

    Returns:
        One row of numbers for each kind of feature, as long as ``codes``.
    """
    _, known, kinds = _classes()
    signs, kind = known[codes], kinds[codes]
    before2, before, after, after2 = (_shifted(signs, step) for step in (-2, -1, 1, 2))
    asked: list[tuple[Any, ...]] = [(before2,), (before,), (signs,), (after,), (after2,)]
    asked += [(before2, before), (before, signs), (signs, after), (after, after2), (before, after)]
    asked += [(before, signs, after), (before2, before, signs), (signs, after, after2)]
    kind2, kind1, kind_1, kind_2 = (_shifted(kind, step) for step in (-2, -1, 1, 2))
    asked += [(kind1, kind, kind_1), (kind2, kind1, kind, kind_1, kind_2), (_repeated(codes), kind)]
    stretches = _stretches(codes)
    marks = [_marks(stretches, words) for words in lexicons]
    for begun, ended, inside in marks:
        longest, longest_ended = _LENGTHS[begun], _LENGTHS[ended]
        asked += [(begun, ended, inside), (longest, signs), (longest_ended, signs), (_LENGTHS[inside], signs)]
        asked += [(_shifted(ended, -1), begun, inside), (ended, _shifted(begun, 1), inside)]
        asked += [(_shifted(row, -1), row, _shifted(row, 1)) for row in (longest, longest_ended)]
    first, last = _longest_words(stretches, marks[0])
    whole_first, whole_last = (np.where(row == 0, stretches[1], row) for row in (first, last))
    asked += [(first,), (last,), (_shifted(whole_last, -1), whole_first), (whole_last, _shifted(whole_first, 1))]
    return [_mixed(number, parts) for number, parts in enumerate(asked)]


def inseparable(codes: Codes) -> Any:
    """Where no word begins: inside a number and inside a Latin word, unless it goes on with a capital (eGov).

    Args:
        codes: As ``laid_out`` gives them.

    Returns:
        Truth values, as long as ``codes``.
    """
    kind = _classes()[2][codes]
    capital = (codes >= 0x41) & (codes <= 0x5A)
    letters = (kind == 4) & (_shifted(kind, -1) == 4) & ~(capital & ~_shifted(capital, -1))
    return letters | ((kind == 3) & (_shifted(kind, -1) == 3))


# The longest word of a mark, whose bit 0 stands for words of two characters.
_LENGTHS = np.array([0] + [mark.bit_length() + 1 for mark in range(1, 256)], np.uint8)


def _shifted(row: Any, step: int) -> Any:
    """What stands ``step`` places further on."""
    result = np.zeros_like(row)
    if step > 0:
        result[:-step] = row[step:]
    else:
        result[-step:] = row[:step]
    return result


def _repeated(codes: Codes) -> _Marks:
    """Which of the four characters around it a character is the same as."""
    result = np.zeros(len(codes), np.uint8)
    for bit, step in enumerate((-1, -2, 1, 2)):
        result |= (codes == _shifted(codes, step)).astype(np.uint8) << np.uint8(bit)
    return result


def _stretches(codes: Codes) -> dict[int, _Hashes]:
    """Hashes of the stretches of each length that begin at each place."""
    row: _Hashes = codes.astype(np.uint64) * _ONE + np.uint64(7)
    found = {1: row}
    for length in range(2, LONGEST + 1):
        row = (row ^ (_shifted(codes, length - 1).astype(np.uint64) + np.uint64(length))) * _TWO
        row ^= row >> np.uint64(31)
        found[length] = row
    return found


def _top(row: _Hashes) -> Codes:
    top: Codes = (row >> np.uint64(32)).astype(np.uint32)
    return top


def _marks(stretches: dict[int, _Hashes], words: Lexicon) -> tuple[_Marks, _Marks, _Marks]:
    """Lengths of the listed words that begin at a place, that end there, and that go on there, as bits."""
    begun, ended, inside = (np.zeros(len(stretches[1]), np.uint8) for _ in range(3))
    for length, hashes in words.items():
        if not len(hashes):
            continue
        asked = _top(stretches[length])
        hit = hashes[np.minimum(np.searchsorted(hashes, asked), len(hashes) - 1)] == asked
        bits = hit.astype(np.uint8) << np.uint8(length - 2)
        begun |= bits
        ended |= _shifted(bits, 1 - length)
        for step in range(1, length - 1):
            inside |= _shifted(bits, -step)
    return begun, ended, inside


def _longest_words(stretches: dict[int, _Hashes], marks: tuple[_Marks, _Marks, _Marks]) -> tuple[_Hashes, _Hashes]:
    longest, longest_ended = _LENGTHS[marks[0]], _LENGTHS[marks[1]]
    first, last = (np.zeros(len(longest), np.uint64) for _ in range(2))
    for length in range(2, LONGEST + 1):
        first = np.where(longest == length, stretches[length], first)
        last = np.where(longest_ended == length, _shifted(stretches[length], 1 - length), last)
    return first, last


def _mixed(number: int, parts: Sequence[Any]) -> Codes:
    """One number for a feature: its kind and its parts."""
    row = np.full(len(parts[0]), number + 1, np.uint64) * _TWO
    for part in parts:
        row = (row ^ part.astype(np.uint64)) * _ONE
        row ^= row >> np.uint64(29)
    return _top(row * _ONE)
