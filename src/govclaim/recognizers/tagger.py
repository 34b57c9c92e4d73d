"""The trained sequence model for entities, its features and the protocol of its kind.

A small convolutional network reads character and hashed n-gram embeddings with the matches of a
gazetteer and gives each character a distribution over BIOES tags; a Viterbi search finds the best
legal sequence. Inference needs numpy alone: all sentences of a document run as one stream, with gaps
between them that no layer sees across, so that no sentence's tags depend on its neighbours.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from govclaim.errors import BackendError, ModelError
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity, Sentence

__all__ = [
    "CONTRACT",
    "DILATIONS",
    "LABELS",
    "TAGS",
    "EntityTagger",
    "Features",
    "Gazetteer",
    "Tagger",
    "Tagging",
    "extract",
    "propose",
    "read_card",
    "stream_of",
]

CONTRACT = "1.0"
"""Version of the annotation contract whose labels the weights must follow."""
LABELS = ("LOC", "ORG", "PER")
TAGS = ("O", *(f"{place}-{label}" for label in LABELS for place in "BIES"))
"""Beginning, inside, end and single of each label."""
SOURCE = "model:govclaim_news.tagger"

Tagging = Sequence[tuple[int, int, str, float]]
"""One text's entities: start, end, label, confidence."""
Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]

_WEIGHTS = "tagger.npz"
_CARD = "model.toml"
_NGRAMS = ((-1, 0), (0, 1), (-2, -1, 0), (-1, 0, 1), (0, 1, 2))
_LONGEST = 9
_CLASSES = 4
DILATIONS = (1, 2, 4, 8)
"""How far apart the characters are that each convolution reads."""
# No layer reaches over a gap as wide as the widest step, and what stands in a gap is zero for each of them.
_GAP = max(DILATIONS)
# A character's tag depends on no more neighbours' features, and these on a gazetteer match's length.
_HALO = sum(DILATIONS) + _LONGEST
# Characters that go through all layers together: what these need fits into the cache. Of 2,048 numpy would ask the
# system for new memory again and again, which takes as long as the arithmetic.
_BLOCK = 960
_MULTIPLIER = np.uint32(0x9E3779B1)
_SPREAD = ((np.arange(1 << _CLASSES)[:, None] >> np.arange(_CLASSES)) & 1).astype(np.float32)
_SURE = 0.9995
_STRETCH = 128


class EntityTagger(Protocol):
    """What finds entities in texts: ours, HanLP's, or a reader's own."""

    def tag(self, texts: Sequence[str]) -> Sequence[Tagging]:
        """Find the entities of each text.

        Args:
            texts: Surfaces of sentences.

        Returns:
            For each text its entities ``(start, end, label, confidence)``, in code points of that text.
        """
        ...


def propose(sentences: Sequence[Sentence], tagger: EntityTagger) -> tuple[tuple[Candidate[Entity], ...], ...]:
    """Let a tagger propose the entities of sentences.

    Args:
        sentences: Of one document.
        tagger: Ours or a third party's; its spans may come in any order.

    Returns:
        For each sentence its candidates by start.

    Raises:
        BackendError: The tagger answers for another number of texts, or a span does not fit its text.
    """
    if not sentences:
        return ()
    texts = [sentence.surface.text for sentence in sentences]
    answers = tagger.tag(texts)
    if len(answers) != len(texts):
        raise BackendError(
            f"the entity tagger answers for {len(answers)} texts of {len(texts)}",
            hint="return one list of spans for each text, in order",
        )
    source = SOURCE if isinstance(tagger, Tagger) else f"model:{type(tagger).__module__}"
    return tuple(_candidates(text, answer, source) for text, answer in zip(texts, answers, strict=True))


def _candidates(text: str, answer: Tagging, source: str) -> tuple[Candidate[Entity], ...]:
    found: list[Candidate[Entity]] = []
    last = 0
    for start, end, label, confidence in sorted(answer):
        if label not in LABELS or not 0 <= start < end <= len(text) or start < last or not 0 <= confidence <= 1:
            raise BackendError(
                f"the entity tagger gives ({start}, {end}, {label!r}, {confidence}) for {len(text)} characters",
                where=text[:40],
                hint=f"spans lie inside the text without overlap, labels are {', '.join(LABELS)}, confidence is 0…1",
            )
        last = end
        found.append(Candidate(SurfaceSpan(start, end), Entity(label), float(confidence), source))
    return tuple(found)


@dataclass(frozen=True)
class Features:
    """What the network reads of a stream of characters.

    Attributes:
        codes: Code points with digits and Latin letters folded; 0 in the gaps.
        ngrams: Hash of each n-gram around each character, one row for each of the n-gram's positions.
        matches: For each class of the gazetteer whether a match begins, goes on or ends here.
    """

    codes: Codes
    ngrams: Codes
    matches: Floats


def extract(stream: Codes, gazetteer: Gazetteer) -> Features:
    """Read the features of a stream of code points.

    Args:
        stream: Code points, 0 in the gaps between texts.
        gazetteer: Known names.
    """
    codes = _fold(stream)
    mixed = codes * _MULTIPLIER
    size = len(codes)
    margin = max(abs(offset) for ngram in _NGRAMS for offset in ngram)
    padded = np.zeros(size + 2 * margin, np.uint32)
    padded[margin : margin + size] = mixed ^ (mixed >> np.uint32(15))
    ngrams = np.empty((len(_NGRAMS), size), np.uint32)
    for row, ngram in enumerate(_NGRAMS):
        key = np.full(size, row + 1, np.uint32)
        for offset in ngram:
            key = (key ^ padded[margin + offset : margin + offset + size]) * _MULTIPLIER
            key ^= key >> np.uint32(13)
        ngrams[row] = key
    return Features(codes, ngrams, gazetteer.matches(stream))


def _fold(codes: Codes) -> Codes:
    """Every digit as ``0``, every Latin letter as ``a``: 2300 and 1876, G20 and A15 look alike."""
    small = codes | np.uint32(0x20)
    folded = np.where((codes >= 0x30) & (codes <= 0x39), np.uint32(0x30), codes)
    return np.where((small >= 0x61) & (small <= 0x7A) & (codes < 0x80), np.uint32(0x61), folded)


class Gazetteer:
    """Known names, kept as hashes.

    Args:
        keys: Sorted 32-bit hashes of the names.
        classes: For each key a bit for each class of names that has it.
    """

    def __init__(self, keys: Codes, classes: npt.NDArray[np.uint8]) -> None:
        self._keys = keys
        self._classes = classes
        # Most stretches of text are no names: one look into this table spares them the search.
        self._coarse = np.zeros(1 << 20, np.bool_)
        self._coarse[keys >> np.uint32(12)] = True

    @classmethod
    def build(cls, names: Mapping[str, int]) -> Gazetteer:
        """Make one of names of two to nine characters and their class bits."""
        table: dict[int, int] = {}
        for name, bits in names.items():
            if 2 <= len(name) <= _LONGEST:
                key = int(_prefix_hashes(_codes(name))[-1][0])
                table[key] = table.get(key, 0) | bits
        keys = np.array(sorted(table), np.uint32)
        return cls(keys, np.array([table[int(key)] for key in keys], np.uint8))

    @property
    def arrays(self) -> tuple[Codes, npt.NDArray[np.uint8]]:
        """Keys and classes, as the constructor takes them."""
        return self._keys, self._classes

    def matches(self, codes: Codes) -> Floats:
        """Mark the names in a stream: columns begin, inside, end for each class."""
        marks = np.zeros((3, len(codes)), np.uint8)
        begins, inside, ends = marks
        starts, lengths, bits = self._names(_prefix_hashes(codes))
        within = lengths - 2
        steps = np.arange(1, within.sum() + 1) - np.repeat(np.cumsum(within) - within, within)
        np.bitwise_or.at(begins, starts, bits)
        np.bitwise_or.at(inside, np.repeat(starts, within) + steps, np.repeat(bits, within))
        np.bitwise_or.at(ends, starts + lengths - 1, bits)
        spread: Floats = _SPREAD[marks.T].swapaxes(1, 2).reshape(len(codes), 3 * _CLASSES)
        return spread

    def _names(self, hashes: Sequence[Codes]) -> tuple[Places, Places, npt.NDArray[np.uint8]]:
        """Starts, lengths and class bits of the names among the stretches of one, two … characters."""
        firsts = np.cumsum([0, *map(len, hashes[1:])])
        stretches = np.concatenate([*hashes[1:], np.empty(0, np.uint32)])
        found = np.flatnonzero(self._coarse[stretches >> np.uint32(12)])
        keys = stretches[found]
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        exact = self._keys[at] == keys
        found = found[exact]
        shorter = np.searchsorted(firsts, found, side="right") - 1
        return found - firsts[shorter], shorter + 2, self._classes[at[exact]]


def _prefix_hashes(codes: Codes) -> list[Codes]:
    """Hashes of all stretches of one, two … characters, by their start."""
    hashes: list[Codes] = []
    key = np.full(len(codes), 7, np.uint32)
    for length in range(1, min(_LONGEST, len(codes)) + 1):
        key = (key[: len(codes) - length + 1] ^ codes[length - 1 :]) * _MULTIPLIER
        key ^= key >> np.uint32(15)
        hashes.append(key)
    return hashes


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def stream_of(texts: Sequence[str]) -> tuple[Codes, list[int]]:
    """Lay texts into one stream with gaps between them.

    Args:
        texts: Surfaces.

    Returns:
        The stream of code points and where each text begins in it.
    """
    starts: list[int] = []
    at = _GAP
    for text in texts:
        starts.append(at)
        at += len(text) + _GAP
    stream = np.zeros(at, np.uint32)
    for start, text in zip(starts, texts, strict=True):
        stream[start : start + len(text)] = _codes(text)
    return stream, starts


class Network:
    """The network's weights and its forward pass.

    Args:
        arrays: Weights by name, as the training script writes them.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.gazetteer = Gazetteer(arrays["gazetteer.keys"], arrays["gazetteer.classes"])
        self._rows = np.zeros(1 << 16, np.int64)
        alphabet = arrays["alphabet"]
        self._rows[alphabet] = np.arange(1, len(alphabet) + 1)
        self._ngrams = arrays["ngrams"]
        characters = _wide(arrays["characters"]) * _wide(arrays["characters.scale"])
        first, width = _wide(arrays["dense.weight"]), characters.shape[1]
        # What the first layer makes of a character is the same wherever it stands.
        self._characters = characters @ first[:width] + _wide(arrays["dense.bias"])
        self._dense = np.ascontiguousarray(first[width:])
        # The n-gram table stays in int8; its columns' scales are folded into the layer that reads them.
        scales = np.tile(_wide(arrays["ngrams.scale"]), len(_NGRAMS))
        self._dense[: len(scales)] *= scales[:, None]
        self._layers = [
            (dilation, _paired(arrays[f"conv{dilation}.weight"]), _wide(arrays[f"conv{dilation}.bias"]))
            for dilation in DILATIONS
            if f"conv{dilation}.weight" in arrays
        ]
        self._output = (_wide(arrays["output.weight"]), _wide(arrays["output.bias"]))
        self.calibration = _wide(arrays["calibration"])
        self._rooms = threading.local()

    def probabilities(self, stream: Codes) -> Floats:
        """Give each character of a stream its distribution over ``TAGS``."""
        found = np.empty((len(stream), len(TAGS)), np.float32)
        room = self._room
        for low, start, end, high in _blocks(stream):
            found[start:end] = self._block(stream[low:high], room)[start - low : end - low]
        return found

    @property
    def _room(self) -> _Room:
        """Of the thread that asks."""
        if not hasattr(self._rooms, "room"):
            self._rooms.room = _Room(_BLOCK + 2 * _HALO, *self._dense.shape)
        room: _Room = self._rooms.room
        return room

    def _block(self, stream: Codes, room: _Room) -> Floats:
        size = len(stream)
        hidden = room.hidden(size)
        self._first(stream, room, hidden)
        gaps = np.flatnonzero(stream == 0)
        hidden[gaps] = 0
        for dilation, weights, bias in self._layers:
            _convolve(room, size, dilation, weights, bias)
            hidden[gaps] = 0
        scores = hidden @ self._output[0]
        scores += self._output[1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def confidence(self, least: Floats) -> list[float]:
        """How likely names are to be right, calibrated.

        Args:
            least: Of each name the least probability of its tags.
        """
        weight, bias, _ = self.calibration
        sure = np.clip(least.astype(np.float64), 1e-6, 1 - 1e-6)
        odds = np.exp(weight * np.log(sure / (1 - sure)) + bias)
        return (odds / (1 + odds)).tolist()  # type: ignore[no-any-return]

    def _first(self, stream: Codes, room: _Room, hidden: Floats) -> None:
        """The layer that reads the features."""
        features = extract(stream, self.gazetteer)
        size, columns = len(stream), self._ngrams.shape[1]
        at = columns * len(_NGRAMS)
        wide = room.wide[:size]
        rows = features.ngrams & np.uint32(len(self._ngrams) - 1)
        wide[:, :at].reshape(size, len(_NGRAMS), columns)[:] = self._ngrams[rows.T]
        wide[:, at:] = features.matches
        np.matmul(wide, self._dense, out=hidden)
        codes = np.where(features.codes < 1 << 16, features.codes, 0)
        own = room.products.reshape(-1, hidden.shape[1])[:size]
        # With a mode numpy writes into ``out`` at once; no row is out of bounds.
        hidden += np.take(self._characters, self._rows[codes], axis=0, out=own, mode="clip")
        np.maximum(hidden, room.zeros[:size], out=hidden)


def _blocks(stream: Codes) -> Iterator[tuple[int, int, int, int]]:
    """Cut a stream where texts meet, or with a halo where one is longer than a block.

    Yields:
        Where a block's characters begin, those whose tags it gives, these end, and where its characters end.
    """
    gaps = np.flatnonzero(stream == 0)
    start, low = 0, 0
    while start < len(stream):
        end = start + _BLOCK
        if end >= len(stream):
            yield low, start, len(stream), len(stream)
            return
        gap = int(np.searchsorted(gaps, end, side="right")) - 1
        cut = int(gaps[gap]) if gap >= 0 else 0
        if cut > start:
            yield low, start, cut, cut
            start = low = cut
        else:
            yield low, start, end, min(len(stream), end + _HALO)
            start, low = end, end - _HALO


class _Room:
    """Memory for one block after the other: new memory is slow.

    Args:
        size: Characters of the longest block.
        inputs: Features of a character.
        width: What a layer makes of them.
    """

    def __init__(self, size: int, inputs: int, width: int) -> None:
        # Whole pairs of steps of the widest layer, and a pair of zeros on either side.
        half = -(-size // (2 * _GAP)) * _GAP
        self.wide = np.empty((size, inputs), np.float32)
        self.rows = np.zeros((2 * half + 4 * _GAP, width), np.float32)
        self.inputs = np.empty((half, width), np.float32)
        self.products = np.empty((4, half, width), np.float32)
        self.zeros = np.zeros((2 * half, width), np.float32)

    def hidden(self, size: int) -> Floats:
        """The rows of a block's characters; those behind them are zero."""
        self.rows[2 * _GAP + size :] = 0
        return self.rows[2 * _GAP : 2 * _GAP + size]


def _paired(weight: npt.NDArray[Any]) -> Floats:
    """The three taps of a layer as the four products of ``_convolve``."""
    left, middle, right = weight.astype(np.float64)
    return np.stack((left, (left + middle + right) / 2, (left - middle + right) / 2, right)).astype(np.float32)


def _convolve(room: _Room, size: int, step: int, weights: Floats, bias: Floats) -> None:
    """Add to each row the layer's answer to it and its neighbours a step away.

    Two rows a step apart share their inputs: four products of matrices serve both instead of six (Winograd's minimal
    filtering F(2, 3), Lavin & Gray 2016 §4.1).

    Args:
        room: Holds the rows of a block, and takes those of the next layer.
        size: Characters of the block.
        step: Of the layer.
        weights: As ``_paired`` gives them.
        bias: Of the layer.
    """
    pairs = -(-size // (2 * step))
    width = room.rows.shape[1]
    half = pairs * step
    around = room.rows[2 * (_GAP - step) : 2 * (_GAP + half + step)].reshape(pairs + 2, 2, step, width)
    before, one, other, after = around[:-2, 1], around[1:-1, 0], around[1:-1, 1], around[2:, 0]
    flat = room.inputs[:half]
    mixed = flat.reshape(pairs, step, width)
    first, second, third, fourth = products = room.products[:, :half]
    np.subtract(before, other, out=mixed)
    np.matmul(flat, weights[0], out=first)
    np.add(one, other, out=mixed)
    np.matmul(flat, weights[1], out=second)
    np.subtract(other, one, out=mixed)
    np.matmul(flat, weights[2], out=third)
    np.subtract(one, after, out=mixed)
    np.matmul(flat, weights[3], out=fourth)
    second += bias
    first += second
    first += third
    second -= third
    second -= fourth
    np.maximum(products[:2], room.zeros[:half], out=products[:2])  # thrice as fast as with a 0
    one += first.reshape(pairs, step, width)
    other += second.reshape(pairs, step, width)
    room.rows[2 * _GAP + size : 2 * (_GAP + half)] = 0


def _wide(array: npt.NDArray[Any]) -> Floats:
    return array.astype(np.float32)


def _allowed() -> Floats:
    """Score 0 where a tag may follow another, else as good as never."""
    score = np.full((len(TAGS), len(TAGS)), -1e9, np.float32)
    for i, left in enumerate(TAGS):
        for j, right in enumerate(TAGS):
            inside = left[0] in "BI"
            if inside == (right[0] in "IE") and (not inside or left[2:] == right[2:]):
                score[i, j] = 0
    return score


_FOLLOWS = _allowed()
_OPENS = _FOLLOWS[0]
_CLOSES = _FOLLOWS[:, 0]


def decode(probabilities: Floats) -> Places:
    """Find the best legal sequence of tags.

    A character that is almost surely outside cuts the stream: the stretches between are searched side by side.

    Args:
        probabilities: A row for each character, a column for each tag.

    Returns:
        Indices into ``TAGS``.
    """
    tags = np.zeros(len(probabilities), np.int64)
    starts, ends = _stretches(probabilities[:, 0])
    if not len(starts):
        return tags
    order = np.argsort(starts - ends, kind="stable")
    starts, lengths = starts[order], (ends - starts)[order]
    scores = np.log(np.maximum(probabilities, 1e-12))
    best = scores[starts] + _OPENS
    back: list[Places] = []
    final = np.empty((len(starts), len(TAGS)), np.float32)
    for step in range(1, int(lengths[0]) + 1):
        # Longest first: those that have ended are a tail.
        alive = int(np.searchsorted(-lengths, -step, side="left"))
        final[alive : len(best)] = best[alive:]
        if not alive:
            break
        ways = best[:alive, :, None] + _FOLLOWS
        choice = ways.argmax(axis=1)
        back.append(choice)
        best = np.take_along_axis(ways, choice[:, None, :], axis=1)[:, 0] + scores[starts[:alive] + step]
    return _backtrack(tags, starts, lengths, final, back)


def _stretches(outside: Floats) -> tuple[Places, Places]:
    """Starts and ends of the stretches of characters that may belong to a name."""
    open_ = np.concatenate(([False], outside < _SURE, [False]))
    edges = np.flatnonzero(open_[1:] != open_[:-1])
    for start, end in edges.reshape(-1, 2)[edges[1::2] - edges[::2] > 2 * _STRETCH].tolist():
        # 街街街街… a hundred thousand times: no name is that long, and the search must not go step by step.
        for low in range(start + _STRETCH, end - _STRETCH, _STRETCH):
            open_[1 + low + int(outside[low : low + _STRETCH].argmax())] = False
    edges = np.flatnonzero(open_[1:] != open_[:-1])
    return edges[::2], edges[1::2]


def _backtrack(
    tags: Places,
    starts: Places,
    lengths: Places,
    final: Floats,
    back: Sequence[Places],
) -> Places:
    current = (final + _CLOSES).argmax(axis=1)
    for step in range(int(lengths[0]) - 1, -1, -1):
        alive = int(np.searchsorted(-lengths, -step, side="left"))
        tags[starts[:alive] + step] = current[:alive]
        if step:
            longer = back[step - 1]
            current[:alive] = longer[np.arange(alive), current[:alive]]
    return tags


@dataclass(frozen=True)
class Tagger:
    """Our own model. ``load`` makes one; the weights are read when the first text comes.

    Attributes:
        folder: Where ``model.toml`` and the weights lie.
        version: Of the model, as ``model.toml`` names it.
        sha256: Of the weights.
    """

    folder: Path
    version: str
    sha256: str

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker reads the weights itself.
        return type(self), (self.folder, self.version, self.sha256)

    @classmethod
    def load(cls, folder: Path | str) -> Tagger:
        """Check a folder's model.

        Args:
            folder: Holds ``model.toml`` and ``tagger.npz``.

        Raises:
            ModelError: A file is missing or damaged, or the labels or the contract are not ours.
        """
        folder = Path(folder)
        card = read_card(folder)
        if card.get("contract") != CONTRACT or card.get("labels") != list(LABELS):
            raise ModelError(
                f"the model follows contract {card.get('contract')} with labels {card.get('labels')}",
                where=str(folder / _CARD),
                hint=f"train it for contract {CONTRACT} with labels {list(LABELS)}",
            )
        try:
            digest = hashlib.sha256((folder / _WEIGHTS).read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(
                f"the weights cannot be read ({error.strerror})",
                where=str(folder / _WEIGHTS),
                hint="reinstall govclaim",
            ) from error
        if digest != card.get("sha256"):
            raise ModelError(
                "the weights are damaged or of another version: their sha256 is not the one that model.toml names",
                where=str(folder / _WEIGHTS),
                hint="reinstall govclaim, or write model.toml anew with the training script",
            )
        return cls(folder, str(card.get("version", "")), digest)

    @cached_property
    def _network(self) -> Network:
        try:
            with np.load(self.folder / _WEIGHTS, allow_pickle=False) as arrays:
                return Network({name: arrays[name] for name in arrays.files})
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ModelError(f"the weights cannot be read ({error})", where=str(self.folder / _WEIGHTS)) from error

    def tag(self, texts: Sequence[str]) -> Sequence[Tagging]:
        """Find the entities of each text; no text's answer depends on the others.

        Args:
            texts: Surfaces of sentences.

        Returns:
            For each text its entities ``(start, end, label, confidence)`` by start, without overlaps.
            Confidences are calibrated on held-out documents; the most doubtful spans, without which F1 was
            higher there, are left out.

        Raises:
            ModelError: The weights have gone since ``load``.
        """
        stream, starts = stream_of(texts)
        probabilities = self._network.probabilities(stream)
        # Nothing is named in a gap, and no name runs across one.
        probabilities[stream == 0] = np.eye(1, len(TAGS), dtype=np.float32)
        tags = decode(probabilities)
        chosen = np.take_along_axis(probabilities, tags[:, None], axis=1)[:, 0]
        ends = np.array([start + len(text) for start, text in zip(starts, texts, strict=True)])
        found: list[list[tuple[int, int, str, float]]] = [[] for _ in texts]
        spans = _spans(tags)
        if not spans:
            return found
        edges = np.array([edge for low, high, _ in spans for edge in (low, high)])
        owners = np.searchsorted(ends, edges[::2], side="right").tolist()
        confidences = self._network.confidence(np.minimum.reduceat(np.append(chosen, 1), edges)[::2])
        floor = self._network.calibration[2]
        for (low, high, label), owner, confidence in zip(spans, owners, confidences, strict=True):
            if confidence >= floor:
                low, high = _balanced(stream, tags, low, high)
                found[owner].append((low - starts[owner], high - starts[owner], label, confidence))
        return found


def _spans(tags: Places) -> list[tuple[int, int, str]]:
    """Read the spans off a legal sequence of tags."""
    # TAGS lists O, then B I E S of each label.
    place = np.where(tags > 0, (tags - 1) % 4, -1)
    firsts = np.flatnonzero((place == 0) | (place == 3))
    lasts = np.flatnonzero((place == 2) | (place == 3))
    return [
        (first, last + 1, LABELS[(tag - 1) // 4])
        for first, last, tag in zip(firsts.tolist(), lasts.tolist(), tags[firsts].tolist(), strict=True)
    ]


_PAIRS = tuple((ord(opening), ord(closing)) for opening, closing in ("“”", "‘’", "《》", "「」", "()"))

_HALVES = {half for pair in _PAIRS for half in pair}


def _balanced(stream: Codes, tags: Places, low: int, high: int) -> tuple[int, int]:
    """Take in the other half of a quotation that a name holds one half of (“青春汇”志愿服务中心)."""
    held = stream[low:high].tolist()
    if _HALVES.isdisjoint(held):
        return low, high
    for opening, closing in _PAIRS:
        excess = held.count(closing) - held.count(opening)
        if excess == 1 and stream[low - 1] == opening and not tags[low - 1]:
            low -= 1
        elif excess == -1 and high < len(stream) and stream[high] == closing and not tags[high]:
            high += 1
    return low, high


def read_card(folder: Path) -> dict[str, Any]:
    """Read ``model.toml``: flat, each value on one line and alike in TOML and JSON (Python 3.10 has no tomllib).

    Args:
        folder: Of the model.

    Raises:
        ModelError: There is none, or it is damaged.
    """
    path = folder / _CARD
    try:
        text = path.read_text(encoding="utf-8")
        return {key: json.loads(value) for key, value in re.findall(r"(?m)^(\w+) = (.+)$", text)}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the model's card cannot be read ({error})", where=str(path), hint="pass a folder with a model.toml"
        ) from error
