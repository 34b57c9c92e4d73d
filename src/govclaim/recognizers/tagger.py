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
import zipfile
from collections.abc import Mapping, Sequence
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
_BLOCK = 2048  # what its layers need fits into the cache
_MULTIPLIER = np.uint32(0x9E3779B1)
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
        marks = np.zeros((len(codes), 3 * _CLASSES), np.float32)
        for length, hashes in enumerate(_prefix_hashes(codes), start=1):
            if length > 1:
                self._mark(marks, hashes, length)
        return marks

    def _mark(self, marks: Floats, hashes: Codes, length: int) -> None:
        starts = np.flatnonzero(self._coarse[hashes >> np.uint32(12)])
        at = np.minimum(np.searchsorted(self._keys, hashes[starts]), len(self._keys) - 1)
        exact = self._keys[at] == hashes[starts]
        starts, bits = starts[exact], self._classes[at[exact]]
        for column in range(_CLASSES):
            here = starts[(bits >> column) & 1 == 1]
            marks[here, 3 * column] = 1
            marks[here + length - 1, 3 * column + 2] = 1
            for step in range(1, length - 1):
                marks[here + step, 3 * column + 1] = 1


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
        self._characters = _wide(arrays["characters"]) * _wide(arrays["characters.scale"])
        self._ngrams = arrays["ngrams"]
        first = _wide(arrays["dense.weight"])
        # The n-gram table stays in int8; its columns' scales are folded into the layer that reads them.
        width, columns = self._characters.shape[1], self._ngrams.shape[1]
        scales = np.tile(_wide(arrays["ngrams.scale"]), len(_NGRAMS))
        first[width : width + columns * len(_NGRAMS)] *= scales[:, None]
        self._dense = (first, _wide(arrays["dense.bias"]))
        self._layers = [
            (dilation, _wide(arrays[f"conv{dilation}.weight"]), _wide(arrays[f"conv{dilation}.bias"]))
            for dilation in DILATIONS
            if f"conv{dilation}.weight" in arrays
        ]
        self._output = (_wide(arrays["output.weight"]), _wide(arrays["output.bias"]))
        self.calibration = _wide(arrays["calibration"])

    def probabilities(self, stream: Codes) -> Floats:
        """Give each character of a stream its distribution over ``TAGS``."""
        found = np.empty((len(stream), len(TAGS)), np.float32)
        for start in range(0, len(stream), _BLOCK):
            low, end = max(0, start - _HALO), min(len(stream), start + _BLOCK)
            block = self._block(stream[low : end + _HALO])
            found[start:end] = block[start - low : end - low]
        return found

    def _block(self, stream: Codes) -> Floats:
        features = extract(stream, self.gazetteer)
        codes = np.where(features.codes < 1 << 16, features.codes, 0)
        wide = np.empty((len(stream), len(self._dense[0])), np.float32)
        at = self._characters.shape[1]
        wide[:, :at] = self._characters[self._rows[codes]]
        for row in features.ngrams & np.uint32(len(self._ngrams) - 1):
            wide[:, at : at + self._ngrams.shape[1]] = self._ngrams[row]
            at += self._ngrams.shape[1]
        wide[:, at:] = features.matches
        hidden = wide @ self._dense[0]
        hidden += self._dense[1]
        _rectified(hidden)
        gaps = np.flatnonzero(stream == 0)
        hidden[gaps] = 0
        for dilation, weight, bias in self._layers:
            change = hidden @ weight[1]
            change += bias
            change[dilation:] += hidden[:-dilation] @ weight[0]
            change[:-dilation] += hidden[dilation:] @ weight[2]
            hidden += _rectified(change)
            hidden[gaps] = 0
        scores = hidden @ self._output[0] + self._output[1]
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), np.float32)


def _wide(array: npt.NDArray[Any]) -> Floats:
    return array.astype(np.float32)


def _rectified(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


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


def decode(probabilities: Floats) -> npt.NDArray[np.int64]:
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
    back: list[npt.NDArray[np.int64]] = []
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


def _stretches(outside: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
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
    tags: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    final: Floats,
    back: Sequence[npt.NDArray[np.int64]],
) -> npt.NDArray[np.int64]:
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
        weight, bias, floor = self._network.calibration
        for low, high, label in _spans(tags):
            owner = int(np.searchsorted(ends, low, side="right"))
            least = min(max(float(chosen[low:high].min()), 1e-6), 1 - 1e-6)
            low, high = _balanced(stream, tags, low, high)
            odds = float(np.exp(weight * np.log(least / (1 - least)) + bias))
            confidence = odds / (1 + odds)
            if confidence >= floor:
                found[owner].append((low - starts[owner], high - starts[owner], label, confidence))
        return found


def _spans(tags: npt.NDArray[np.int64]) -> list[tuple[int, int, str]]:
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


def _balanced(stream: Codes, tags: npt.NDArray[np.int64], low: int, high: int) -> tuple[int, int]:
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
