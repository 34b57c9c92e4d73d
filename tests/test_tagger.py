import hashlib
import pickle
import shutil

import numpy as np
import pytest

import govclaim_news
from govclaim.errors import BackendError, ModelError
from govclaim.recognizers import tagger as module
from govclaim.recognizers.tagger import TAGS, Tagger, decode, propose
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Sentence


@pytest.fixture(scope="module")
def ours():
    return Tagger.load(govclaim_news.FOLDER)


def sentence(text):
    return Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1)


class Fixed:
    """A backend that answers what it was told."""

    def __init__(self, *answers):
        self.answers = answers
        self.asked = []

    def tag(self, texts):
        self.asked.append(list(texts))
        return self.answers


def rows(*winners, share=0.9):
    """Distributions in which each character has its winner."""
    table = np.full((len(winners), len(TAGS)), (1 - share) / (len(TAGS) - 1), np.float32)
    for row, winner in enumerate(winners):
        table[row, TAGS.index(winner)] = share
    return table


# --- propose


def test_spans_are_sorted_and_keep_label_and_confidence():
    backend = Fixed([(5, 7, "PER", 0.5), (0, 4, "LOC", 0.75)], [])
    first, second = propose([sentence("望道社区王旭说"), sentence("现在好了")], backend)
    assert [(c.span, c.value.label, c.confidence) for c in first] == [
        (SurfaceSpan(0, 4), "LOC", 0.75),
        (SurfaceSpan(5, 7), "PER", 0.5),
    ]
    assert second == ()
    assert backend.asked == [["望道社区王旭说", "现在好了"]]


def test_without_sentences_nobody_is_asked():
    backend = Fixed()
    assert propose([], backend) == ()
    assert backend.asked == []


def test_source_tells_ours_from_a_backend(ours):
    (candidates,) = propose([sentence("北苑街道党工委召开会议")], ours)
    assert {c.source for c in candidates} == {"model:govclaim_news.tagger"}
    (foreign,) = propose([sentence("浙江")], Fixed([(0, 2, "LOC", 1.0)]))
    assert foreign[0].source == f"model:{__name__}"


@pytest.mark.parametrize(
    "answer",
    [
        [(0, 6, "LOC", 0.9)],  # beyond the end
        [(-1, 2, "LOC", 0.9)],
        [(2, 2, "LOC", 0.9)],  # empty
        [(0, 3, "LOC", 0.9), (2, 4, "ORG", 0.9)],  # overlap
        [(0, 2, "GPE", 0.9)],  # another label set
        [(0, 2, "LOC", 1.5)],
        [(0, 2, "LOC", float("nan"))],
    ],
)
def test_spans_that_do_not_fit_are_refused(answer):
    with pytest.raises(BackendError):
        propose([sentence("北苑街道")], Fixed(answer))


def test_another_number_of_answers_is_refused():
    with pytest.raises(BackendError, match="1 texts of 2"):
        propose([sentence("北苑"), sentence("义乌")], Fixed([]))


# --- decode


def names(table):
    return [TAGS[tag] for tag in decode(table)]


def test_best_legal_sequence():
    assert names(rows("O", "B-LOC", "I-LOC", "E-LOC", "O")) == ["O", "B-LOC", "I-LOC", "E-LOC", "O"]
    assert names(rows("S-LOC", "B-PER", "E-PER")) == ["S-LOC", "B-PER", "E-PER"]


def test_labels_do_not_mix_inside_a_name():
    table = rows("B-LOC", "I-ORG", "E-ORG")
    assert names(table) == ["B-ORG", "I-ORG", "E-ORG"]


def test_an_end_without_beginning_is_no_name():
    # Followed by a character that is surely outside, so the search sees it alone.
    table = np.vstack([rows("E-PER"), rows("O", share=0.99999)])
    assert names(table)[1] == "O"
    assert names(table)[0] in {"O", "S-LOC", "S-ORG", "S-PER"}


def test_nothing_to_decode():
    assert names(rows("O", "O", share=0.99999)) == ["O", "O"]
    assert names(np.empty((0, len(TAGS)), np.float32)) == []


# --- the shipped model


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("义乌市民政局局长季小强出席会议。", {("义乌市民政局", "ORG"), ("季小强", "PER")}),
        ("北苑街道党工委召开会议", {("北苑街道党工委", "ORG")}),
        ("国务院总理在北京会见客人。", {("国务院", "ORG"), ("北京", "LOC")}),
        ("同比增长15.27%,高于全市平均。", set()),
    ],
)
def test_clear_cases(ours, text, expected):
    (found,) = ours.tag([text])
    assert {(text[start:end], label) for start, end, label, _ in found} == expected
    assert all(0 < confidence < 1 for *_, confidence in found)


def test_a_text_far_into_the_stream_is_read_alike(ours):
    texts = ["义乌市北苑街道党工委书记王旭介绍。"] * 400
    alone = spans(ours.tag(texts[:1]))
    assert spans(ours.tag(texts)) == alone * len(texts)
    assert alone[0]


def test_a_long_text_is_read_alike_where_blocks_meet(ours):
    piece = "王旭说,义乌市北苑街道变化大。"
    (found,) = spans(ours.tag([piece * 700]))
    per_piece = [[] for _ in range(700)]
    for start, end, label in found:
        per_piece[start // len(piece)].append((start % len(piece), end - start, label))
    assert per_piece[1]
    assert all(spans_ == per_piece[1] for spans_ in per_piece[1:-1])


@pytest.mark.parametrize("texts", [[], [""], ["", "北苑", ""], ["\0"], ["\ud800义乌"], ["𠮷田先生到访义乌"], ["a"]])
def test_odd_texts(ours, texts):
    answers = ours.tag(texts)
    assert len(answers) == len(texts)
    for text, answer in zip(texts, answers, strict=True):
        assert all(0 <= start < end <= len(text) for start, end, *_ in answer)


def spans(answers):
    return [[(start, end, label) for start, end, label, _ in answer] for answer in answers]


def test_a_tagger_travels_to_workers(ours):
    again = pickle.loads(pickle.dumps(ours))
    assert again.tag(["王旭到义乌"]) == ours.tag(["王旭到义乌"])


# --- loading


@pytest.fixture
def copy(tmp_path):
    for name in ("model.toml", "tagger.npz"):
        shutil.copy(govclaim_news.FOLDER / name, tmp_path)
    return tmp_path


def test_weights_are_read_when_the_first_text_comes(copy):
    loaded = Tagger.load(str(copy))
    assert loaded.version
    (copy / "tagger.npz").unlink()
    with pytest.raises(ModelError, match="weights"):
        loaded.tag(["义乌"])


def test_missing_folder(tmp_path):
    with pytest.raises(ModelError, match="card"):
        Tagger.load(tmp_path / "none")


def test_missing_weights(copy):
    (copy / "tagger.npz").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        Tagger.load(copy)


def test_damaged_weights(copy):
    data = bytearray((copy / "tagger.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "tagger.npz").write_bytes(data)
    with pytest.raises(ModelError, match="damaged"):
        Tagger.load(copy)


def test_weights_of_another_shape(copy):
    np.savez(copy / "tagger.npz", alphabet=np.array([1]))
    digest = hashlib.sha256((copy / "tagger.npz").read_bytes()).hexdigest()
    card = (copy / "model.toml").read_text(encoding="utf-8").splitlines()
    lines = [f'sha256 = "{digest}"' if line.startswith("sha256") else line for line in card]
    (copy / "model.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ModelError, match="gazetteer"):
        Tagger.load(copy).tag(["义乌"])


@pytest.mark.parametrize(
    ("old", "new"),
    [('"PER"', '"NAME"'), (f'contract = "{module.CONTRACT}"', 'contract = "9.0"'), ("sha256 =", "sum =")],
)
def test_another_contract(copy, old, new):
    text = (copy / "model.toml").read_text(encoding="utf-8")
    assert old in text
    (copy / "model.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError):
        Tagger.load(copy)


def test_a_card_that_is_no_toml(copy):
    (copy / "model.toml").write_text("labels = [", encoding="utf-8")
    with pytest.raises(ModelError, match="card"):
        Tagger.load(copy)


@pytest.mark.parametrize(
    ("text", "span", "whole"),
    [
        ("在“青禾”志愿队。", (2, 8), (1, 8)),
        ("读《青禾报》。", (1, 5), (1, 6)),
        ("在“青禾”志愿队。", (1, 8), (1, 8)),
        ("说“青禾志愿队”好", (2, 7), (2, 7)),
    ],
)
def test_half_a_quotation_is_made_whole(text, span, whole):
    stream, (start,) = module.stream_of([text])
    outside = np.zeros(len(stream), np.int64)
    low, high = module._balanced(stream, outside, start + span[0], start + span[1])
    assert (low - start, high - start) == whole
    inside = np.ones(len(stream), np.int64)
    assert module._balanced(stream, inside, start + span[0], start + span[1]) == (start + span[0], start + span[1])
