r"""Train the HanLP tagger that ships in ``models/govclaim_hanlp``, with HanLP's own trainer.

Needs torch and hanlp::

    python scripts/train_hanlp.py --gold train.jsonl … --dev dev.jsonl --ner NER_FOLDER --teacher teacher.jsonl.gz \
        --divisions admin-divisions.tsv.gz --out models/govclaim_hanlp

The sources are those of ``train_tagger.py``. HanLP's trainer knows no unknown characters: of a sentence with
some, the clauses without any are kept. A fifteenth of the gold documents is held out and chooses the epoch.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import torch
from train_tagger import (
    PUBLIC,
    TAG_OF,
    UNKNOWN,
    Composer,
    Example,
    Spans,
    encode,
    read_gold,
    read_public,
    read_teacher,
    score,
)

from govclaim.pipeline.hanlp import HanlpEntities
from govclaim_hanlp.recognizer import Recognizer

TAGS = sorted(TAG_OF, key=TAG_OF.__getitem__)
BIO = [re.sub("^E", "I", re.sub("^S", "B", tag)) for tag in TAGS]
CLAUSE = re.compile(r"[^,;。!?]*[,;。!?]*")
UNSEEN = "<unk>"  # as HanLP calls it
Pairs = list[tuple[str, str]]


def known(example: Example) -> Iterator[Example]:
    """Cut an example into its longest runs of clauses without unknown characters."""
    text, tags = example
    low = high = 0
    for match in CLAUSE.finditer(text):
        start, end = match.span()
        # A name may hold a comma, which cuts nothing then.
        if (tags[start:end] == UNKNOWN).any() or (start < end and TAGS[tags[start]][0] in "IE"):
            if high - low > 7:
                yield text[low:high], tags[low:high]
            low = high = end
        else:
            high = end
    if high - low > 7:
        yield text[low:high], tags[low:high]


def rows(examples: Iterable[Example]) -> list[Pairs]:
    """Characters and their tags in HanLP's scheme."""
    return [[(c, BIO[tag]) for c, tag in zip(text, tags, strict=True)] for text, tags in examples]


def write(path: Path, sentences: Sequence[Pairs], alphabet: frozenset[str]) -> None:
    """Write HanLP's TSV; characters outside the alphabet teach it what an unseen one is like."""
    text = "\n\n".join(
        "\n".join(f"{c if c in alphabet else UNSEEN}\t{tag}" for c, tag in sentence) for sentence in sentences
    )
    path.write_text(text + "\n", encoding="utf-8")


def corpus(options: argparse.Namespace, chance: random.Random) -> tuple[list[Pairs], list[Pairs]]:
    """Sentences to train on and to choose the epoch by."""
    documents = {name: found for path in options.gold for name, found in read_gold(path).items()}
    order = sorted(documents)
    random.Random(7).shuffle(order)
    held = set(order[::15])
    gold = [sentence for name in order if name not in held for sentence in documents[name]]
    composer = Composer(options.divisions, chance)
    sources = {
        "gold": gold * options.copies,
        "exchanged": [composer.exchange(*sentence) for _ in range(options.copies) for sentence in gold],
        "composed": [composer.sentence() for _ in range(options.composed)],
    }
    found = {name: rows((text, encode(len(text), spans)) for text, spans in some) for name, some in sources.items()}
    place = {*composer.stems, *composer.level_of}.__contains__
    public = [x for name, file in PUBLIC.items() for x in read_public(options.ner / f"{file}.jsonl.gz", name, place)]
    pieces = rows(piece for example in public for piece in known(example))
    chance.shuffle(pieces)
    found["public"] = pieces[: options.public]
    found["teacher"] = rows(piece for example in read_teacher(options.teacher) for piece in known(example))
    print({name: (len(some), sum(map(len, some))) for name, some in found.items()}, flush=True)
    chooser = [(text, encode(len(text), spans)) for name in sorted(held) for text, spans in documents[name]]
    return [pairs for some in found.values() for pairs in some if pairs], rows(chooser)


def evaluate(folder: Path, path: Path) -> str:
    """Scores of the model in a folder on gold."""
    gold: list[tuple[str, Spans]] = [sentence for found in read_gold(path).values() for sentence in found]
    return score(HanlpEntities(folder), gold)


def finish(source: Path, target: Path) -> None:
    """Write what HanLP loads: half precision, which its loader widens, and the characters in order.

    HanLP lists them as they first come in the corpus, so that its head could be read off the list.
    """
    weights = torch.load(source / "model.pt", map_location="cpu", weights_only=True)
    config, vocabs = (
        json.loads((source / name).read_text(encoding="utf-8")) for name in ("config.json", "vocabs.json")
    )
    characters = vocabs["token"]["idx_to_token"]
    order = [0, 1, *sorted(range(2, len(characters)), key=characters.__getitem__)]  # padding and unseen come first
    vocabs["token"]["idx_to_token"] = [characters[index] for index in order]
    weights["embed.weight"] = weights["embed.weight"][order]
    torch.save({name: value.half() for name, value in weights.items()}, target / "model.pt")
    for name, content in (("config.json", config), ("vocabs.json", vocabs)):
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        (target / name).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments, train, score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("ner", "divisions", "teacher", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="gold files to score on, never trained on")
    parser.add_argument("--copies", type=int, default=1, help="of the gold, as it is and with names exchanged")
    parser.add_argument("--composed", type=int, default=6000)
    parser.add_argument("--public", type=int, default=15000)
    parser.add_argument("--embed", type=int, default=128)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--drop", type=float, default=0.3)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    train, chooser = corpus(options, random.Random(options.seed))
    counts = Counter(c for pairs in train for c, _ in pairs)
    alphabet = frozenset(c for c, n in counts.items() if n > 2 and not c.isspace())
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "train.tsv", train, alphabet)
        write(folder / "dev.tsv", chooser, alphabet)
        Recognizer().fit(
            str(folder / "train.tsv"),
            str(folder / "dev.tsv"),
            str(folder / "model"),
            embed=options.embed,
            rnn_hidden=options.hidden,
            drop=options.drop,
            lr=options.rate,
            batch_size=options.batch,
            epochs=options.epochs,
            patience=options.epochs,
            crf=True,
            tagging_scheme="BIO",
            token_delimiter="",
            devices=-1,
            seed=options.seed,
        )
        finish(folder / "model", options.out)
        shutil.rmtree(folder / "model")
    for path in options.dev:
        print(path.name, evaluate(options.out, path), flush=True)


if __name__ == "__main__":
    main()
