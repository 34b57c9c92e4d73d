"""HanLP for real: the model that ships, one trained here, and no connection whatever happens."""

from __future__ import annotations

import json
import pickle
import random
import shutil
import socket
import unicodedata
import warnings

import pytest

import govclaim
import govclaim_hanlp
from govclaim.errors import BackendError

pytest.importorskip("hanlp", reason="hanlp is not installed; `make test-hanlp` has an environment with it")
pytestmark = pytest.mark.filterwarnings("default")  # theirs

LINES = (
    "{LOC}的{PER}说",
    "{ORG}的{PER}来到{LOC}",
    "{PER},住在{LOC}。",
    "由{ORG}主办",
    "今天新增12个",
    "{LOC}、{LOC}和{ORG}",
)
NAMES = {
    "LOC": ("青石县", "望道社区", "北苑街道", "四季社区"),
    "PER": ("季小强", "王旭", "陈张彪"),
    "ORG": ("省商务厅", "爱民小学", "浙江日报"),
}
THEIRS = {"LOC": "NS", "PER": "NR", "ORG": "NT"}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    attempts = []

    def refuse(*address, **_):
        attempts.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert not attempts  # not only refused: what is refused may be caught and told as something else


@pytest.fixture(scope="module")
def shipped():
    return govclaim.backends.hanlp()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model of HanLP's own class with other labels, trained by its own trainer."""
    from hanlp.components.ner.rnn_ner import RNNNamedEntityRecognizer

    folder, chance = tmp_path_factory.mktemp("hanlp"), random.Random(1)
    for name, size in (("train", 300), ("dev", 30)):
        sentences = []
        for _ in range(size):
            rows, line = [], chance.choice(LINES)
            for part in line.replace("}", "{").split("{"):
                label = THEIRS.get(part)
                text = chance.choice(NAMES[part]) if label else part
                rows += [f"{c}\t{('BI'[i > 0] + '-' + label) if label else 'O'}" for i, c in enumerate(text)]
            sentences.append("\n".join(rows) + "\n")
        (folder / f"{name}.tsv").write_text("\n".join(sentences), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        RNNNamedEntityRecognizer().fit(
            str(folder / "train.tsv"), str(folder / "dev.tsv"), str(folder / "model"), embed=32, rnn_hidden=32,
            batch_size=16, epochs=6, lr=0.01, tagging_scheme="BIO", crf=False, devices=-1, seed=1,
        )  # fmt: skip
    return folder / "model"


def test_one_line_uses_it(shipped):
    nlp = govclaim.load(entities=shipped, segmenter="characters")
    text = "　　记者从省商务厅获悉，季小\n\n强来到义乌市北苑街道四季社区。"
    annotation = govclaim.annotate(text, nlp=nlp)
    assert all(text[entity.start : entity.end] == entity.text for entity in annotation.entities)
    assert {"省商务厅", "季小\n\n强", "义乌市北苑街道四季社区"} <= {entity.text for entity in annotation.entities}
    assert "govclaim_hanlp" in annotation.producer.model


def test_the_shipped_model_is_small_and_hanlps_own_loader_takes_it(shipped):
    import hanlp

    assert sum(path.stat().st_size for path in govclaim_hanlp.FOLDER.iterdir() if path.is_file()) < 6_000_000
    text = "四季社区的季小强说"
    loaded = hanlp.load(str(govclaim_hanlp.FOLDER), devices=-1)
    theirs = {(start, end, label) for _, label, start, end in loaded(list(text))}
    assert theirs == {span[:3] for span in shipped.tag([text])[0]} == {(0, 4, "LOC"), (5, 8, "PER")}


def test_another_model_is_read_with_our_labels_and_in_order(trained):
    backend = govclaim.backends.hanlp(trained, confidence=0.6)
    assert backend.tag(["", "四季社区、青石县和浙江日报", "季小强,住在望道社区。"]) == [
        [],
        [(0, 4, "LOC", 0.6), (5, 8, "LOC", 0.6), (9, 13, "ORG", 0.6)],
        [(0, 3, "PER", 0.6), (6, 10, "LOC", 0.6)],
    ]


ODD = (
    "\u200b",
    "\ufeff",
    " ",
    "\t",
    "\x00",
    "😀",
    "\u0301",
    "ﬁ",
    "Ａ",
    "㊣",
    "İ",
    "\ud800",
    "𠮷",
    "\u2028",
)


@pytest.mark.parametrize("odd", ODD, ids=[unicodedata.name(odd[0], ascii(odd)) for odd in ODD])
def test_no_character_moves_a_span(shipped, odd):
    text = f"{odd},季小强来到四季社区。{odd}王旭说,{odd}"
    (spans,) = shipped.tag([text])
    assert [text[start:end] for start, end, *_ in spans] == ["季小强", "四季社区", "王旭"]


def test_neighbours_change_nothing_and_long_texts_are_cut(shipped):
    texts = ["四季社区的季小强说", "", "a" * 3000, "好,北苑街道的王旭说。" * 200]
    together = shipped.tag(texts)
    assert together == [shipped.tag([text])[0] for text in texts]
    assert [span[:3] for span in together[3][:2]] == [(2, 6, "LOC"), (7, 9, "PER")]
    assert len(together[3]) == 400
    assert shipped.tag([]) == []


def test_it_is_sent_to_other_processes(shipped):
    again = pickle.loads(pickle.dumps(shipped))
    assert again.tag(["王旭来到四季社区"]) == shipped.tag(["王旭来到四季社区"])


# --- what does not fit


class Moved:
    """A recogniser whose indices count something else."""

    def __init__(self, answers):
        self.answers = answers

    def __call__(self, tokens, batch_size):
        return self.answers


@pytest.mark.parametrize(
    "answer",
    [[("季小强", "PER", 0, 2)], [("季小", "PER", 1, 3)], [("", "PER", 1, 1)], [("强说", "PER", 2, 9)], ["PER"], 3],
)
def test_spans_that_do_not_fit_are_refused(shipped, answer):
    backend = pickle.loads(pickle.dumps(shipped))
    backend._recognizer = Moved([answer])
    with pytest.raises(BackendError):
        backend.tag(["季小强说"])


@pytest.mark.parametrize("answers", [[], None, {"ner": []}, [[], []]])
def test_another_number_of_answers_is_refused(shipped, answers):
    backend = pickle.loads(pickle.dumps(shipped))
    backend._recognizer = Moved(answers)
    with pytest.raises(BackendError, match="NER") as caught:
        backend.tag(["季小强说"])
    assert caught.value.where


# --- nothing is fetched


def changed(trained, folder, **values):
    shutil.copytree(trained, folder)
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")
    return folder


def test_an_embedding_on_the_web_is_not_fetched(trained, tmp_path):
    embed = {
        "classpath": "hanlp.layers.embeddings.word2vec.Word2VecEmbedding",
        "embed": "https://example.org/vectors.zip",
        "field": "token",
    }
    with pytest.raises(BackendError, match="nothing is ever fetched"):
        govclaim.backends.hanlp(changed(trained, tmp_path / "model", embed=embed))


def test_a_transformer_on_the_web_is_not_fetched(trained, tmp_path):
    import huggingface_hub.constants  # whoever has it already has read HF_HUB_OFFLINE

    folder = changed(
        trained,
        tmp_path / "model",
        classpath="hanlp.components.ner.transformer_ner.TransformerNamedEntityRecognizer",
        transformer="bert-base-chinese",
    )
    with pytest.raises(BackendError, match="cannot load"):
        govclaim.backends.hanlp(folder)
    assert not huggingface_hub.constants.HF_HUB_OFFLINE  # others may still fetch


@pytest.mark.parametrize("name", ["model.pt", "vocabs.json"])
def test_a_damaged_model_is_named(trained, tmp_path, name):
    folder = changed(trained, tmp_path / "model")
    (folder / name).write_bytes(b"nothing")
    with pytest.raises(BackendError, match="cannot load") as caught:
        govclaim.backends.hanlp(folder)
    assert caught.value.where == str(folder)
