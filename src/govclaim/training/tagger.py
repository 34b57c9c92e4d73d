"""The tagger goes on learning from its own weights; the only room that needs torch.

Every step ends with a pull back to the old weights, and the embeddings of n-grams that the new documents do not show
stay as they are.
"""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govclaim.extras import required
from govclaim.recognizers import tagger as model
from govclaim.recognizers.tagger import TAGS, Tagger
from govclaim.schema import Annotation
from govclaim.training import corpus
from govclaim.training.settings import Names

__all__ = ["Sentence", "f1", "sentences", "tuned"]

Array = NDArray[Any]
Sentence = tuple[str, tuple[tuple[int, int, str], ...]]
"""A surface and its names: start, end, label."""

_BATCH = 2000
"""Characters a step."""
_MISSING, _DROPPED = 0.25, 0.15
"""Shares of n-grams and of what a layer gives that go missing in a step, as in the first training."""


def sentences(annotations: Iterable[Annotation]) -> list[Sentence]:
    """The sentences of documents as the tagger sees them."""
    found = []
    for annotation in annotations:
        for layer in corpus.layers(annotation):
            spans = tuple((name.span.start, name.span.end, name.value.label) for name in layer.entities)
            found.append((layer.sentence.surface.text, spans))
    return found


def f1(tagger: Tagger, gold: Sequence[Sentence]) -> float:
    """F1 over exact spans and labels, of the tagger alone."""
    both = total = 0
    for (_, spans), found in zip(gold, tagger.tag([text for text, _ in gold]), strict=True):
        ours = {(start, end, label) for start, end, label, _ in found}
        both += len(ours & set(spans))
        total += len(ours) + len(spans)
    return 2 * both / total if total else 1.0


def tuned(
    folder: Path,
    gold: Sequence[Sentence],
    dev: Sequence[Sentence],
    settings: Names,
    seed: int,
    *,
    step: Callable[[], object] = lambda: None,
) -> tuple[bytes | None, int, list[float]]:
    """Go on learning.

    Args:
        folder: With the ``tagger.npz`` to start from.
        gold: To learn from.
        dev: To choose the epoch on; none where half of the epochs are to be taken as they are.
        settings: Of the training.
        seed: Of shuffle and dropout.
        step: Called after each epoch.

    Returns:
        The new ``tagger.npz``, or ``None`` where no epoch bettered the old one; how many epochs it learnt; and F1 on
        ``dev`` of the old one and after each epoch.

    Raises:
        InputError: torch is not installed.
    """
    torch = required("torch", "train")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    with np.load(folder / "tagger.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    net = _Net(torch, arrays, [text for text, _ in gold])
    optimizer = torch.optim.Adam(net.weights.values(), lr=settings.rate)
    shuffler = random.Random(seed)
    best: bytes | None = None
    chosen, scores = 0, [f1(Tagger(folder, "", ""), dev)] if dev else []
    for epoch in range(1, (settings.epochs if dev else max(1, settings.epochs // 2)) + 1):
        for batch in _batches(gold, shuffler):
            loss = net.loss(batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            net.drawn_back(settings.pull)
        content = net.written()
        if dev:
            scores.append(_measured(content, dev))
        if not dev or scores[-1] > max(scores[:-1]):
            best, chosen = content, epoch
        step()
    return best, chosen, scores


def _measured(content: bytes, dev: Sequence[Sentence]) -> float:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "tagger.npz").write_bytes(content)
        return f1(Tagger(Path(place), "", ""), dev)


def _batches(gold: Sequence[Sentence], shuffler: random.Random) -> Iterator[list[Sentence]]:
    order = [sentence for sentence in gold if sentence[0]]
    shuffler.shuffle(order)
    batch: list[Sentence] = []
    for sentence in order:
        batch.append(sentence)
        if sum(len(text) for text, _ in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _tags(text: str, spans: Iterable[tuple[int, int, str]]) -> Array:
    tags = np.zeros(len(text), np.int64)
    for start, end, label in spans:
        if end - start == 1:
            tags[start] = TAGS.index(f"S-{label}")
            continue
        tags[start:end] = TAGS.index(f"I-{label}")
        tags[start], tags[end - 1] = TAGS.index(f"B-{label}"), TAGS.index(f"E-{label}")
    return tags


class _Net:
    """The network of ``recognizers.tagger`` in torch, with the rows of n-grams that the documents show."""

    def __init__(self, torch: Any, arrays: Mapping[str, Array], texts: Sequence[str]) -> None:
        self.torch, self.arrays = torch, dict(arrays)
        self.gazetteer = model.Gazetteer(arrays["gazetteer.keys"], arrays["gazetteer.classes"])
        self.rows = np.zeros(1 << 16, np.int64)
        self.rows[arrays["alphabet"]] = np.arange(1, len(arrays["alphabet"]) + 1)
        self.known = np.unique(self._features(texts)[1])
        start = {
            "characters": arrays["characters"] * arrays["characters.scale"],
            "ngrams": arrays["ngrams"][self.known] * arrays["ngrams.scale"],
        }
        layers = ("dense", *(f"conv{width}" for width in model.DILATIONS), "output")
        names = [f"{layer}.{kind}" for layer in layers for kind in ("weight", "bias") if f"{layer}.{kind}" in arrays]
        start |= {name: arrays[name] for name in names}
        self.old = {name: torch.tensor(value.astype(np.float32)) for name, value in start.items()}
        self.weights = {name: value.clone().requires_grad_() for name, value in self.old.items()}

    def _features(self, texts: Sequence[str]) -> tuple[Array, Array, Array, Array, list[int]]:
        stream, starts = model.stream_of(texts)
        features = model.extract(stream, self.gazetteer)
        rows = self.rows[np.where(features.codes < 1 << 16, features.codes, 0)]
        ngrams = (features.ngrams & np.uint32(len(self.arrays["ngrams"]) - 1)).astype(np.int64)
        return rows, ngrams, features.matches, (stream != 0).astype(np.float32), starts

    def loss(self, batch: Sequence[Sentence]) -> Any:
        """Of one step, with parts of the input gone missing."""
        torch, w = self.torch, self.weights
        drop = torch.nn.functional.dropout
        rows, ngrams, matches, text, starts = self._features([sentence for sentence, _ in batch])
        tags = np.full(len(rows), -100)
        for start, (sentence, spans) in zip(starts, batch, strict=True):
            tags[start : start + len(sentence)] = _tags(sentence, spans)
        pieces = w["ngrams"][torch.from_numpy(np.searchsorted(self.known, ngrams))]
        pieces = pieces * drop(torch.ones(*pieces.shape[:2], 1), _MISSING)
        wide = torch.cat(
            [w["characters"][torch.from_numpy(rows)], pieces.permute(1, 0, 2).flatten(1), torch.from_numpy(matches)], 1
        )
        there = torch.from_numpy(text)[:, None]
        hidden = drop(torch.relu(wide @ w["dense.weight"] + w["dense.bias"]) * there, _DROPPED)
        for width in model.DILATIONS:
            if f"conv{width}.weight" in w:
                weight = w[f"conv{width}.weight"]
                blank = torch.zeros(width, hidden.shape[1])
                before, after = torch.cat([blank, hidden[:-width]]), torch.cat([hidden[width:], blank])
                change = before @ weight[0] + hidden @ weight[1] + after @ weight[2] + w[f"conv{width}.bias"]
                hidden = (hidden + drop(torch.relu(change), _DROPPED)) * there
        scores = hidden @ w["output.weight"] + w["output.bias"]
        return torch.nn.functional.cross_entropy(scores, torch.from_numpy(tags), ignore_index=-100)

    def drawn_back(self, pull: float) -> None:
        """Bring every weight nearer to its old value."""
        with self.torch.no_grad():
            for name, value in self.weights.items():
                value.lerp_(self.old[name], pull)

    def written(self) -> bytes:
        """``tagger.npz``: the same weights, the same bytes."""
        arrays = dict(self.arrays)
        for name, value in self.weights.items():
            new = value.detach().numpy()
            if name in ("characters", "ngrams"):
                cells = np.clip(np.round(new / arrays[f"{name}.scale"]), -127, 127).astype(np.int8)
                table = arrays[name].copy()
                table[self.known if name == "ngrams" else slice(None)] = cells
                arrays[name] = table
            else:
                arrays[name] = new.astype(arrays[name].dtype)
        target = io.BytesIO()
        content: dict[str, Any] = {name: np.ascontiguousarray(value) for name, value in arrays.items()}
        np.savez(target, **content)
        return target.getvalue()
