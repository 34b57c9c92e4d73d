"""govclaim among spaCy's own: entry points, configuration, other tokenizers, displaCy."""

import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.tokens import Doc
from spacy.util import load_model_from_config, registry

import govclaim
from govclaim.exports.docbin import DISPLACY
from govclaim.pipeline.components import STAGES

PAGES = sorted((Path(__file__).parents[1] / "examples/pages").glob("*.txt"))
TEXT = "去年，青石县新增学位2300余个，投资5.2亿元。"


@pytest.fixture(scope="module")
def expected():
    annotation = govclaim.annotate(TEXT)
    return [(item.start, item.end) for item in annotation.quantities]


def behind(nlp):
    for name in STAGES:
        nlp.add_pipe(name)
    return nlp


def quantities(doc):
    return [(item.start, item.end) for item in doc._.govclaim.quantities]


def test_a_fresh_process_finds_the_components_by_their_entry_points():
    code = f"import spacy; nlp = spacy.blank('zh'); [nlp.add_pipe(name) for name in {STAGES!r}]; print(nlp.pipe_names)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == repr(list(STAGES))
    assert "govclaim.tokenizer.v1" in registry.tokenizers.get_entry_points()


def test_the_configuration_makes_the_same_pipeline(expected):
    nlp = govclaim.load(segmenter="characters")
    again = load_model_from_config(nlp.config.from_str(nlp.config.to_str()), auto_fill=True)
    assert again.pipe_names == nlp.pipe_names
    assert again.config.to_str() == nlp.config.to_str()
    assert quantities(again(TEXT)) == expected


def test_analyze_pipes_has_no_problem_and_would_tell_one():
    assert not any(govclaim.load(segmenter="characters").analyze_pipes()["problems"].values())
    alone = spacy.blank("zh")
    alone.add_pipe("govclaim_claims")
    assert alone.analyze_pipes()["problems"]["govclaim_claims"]


def test_spacys_own_command_assembles_the_pipeline_from_its_configuration(tmp_path, expected):
    govclaim.load(segmenter="characters").config.to_disk(tmp_path / "config.cfg")
    command = [sys.executable, "-m", "spacy", "assemble", tmp_path / "config.cfg", tmp_path / "pipeline"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert quantities(spacy.load(tmp_path / "pipeline")(TEXT)) == expected


@pytest.fixture(scope="module")
def pkuseg_weights(tmp_path_factory):
    """Weights for spacy-pkuseg, whose own would have to be downloaded: learnt from the example pages in our words."""
    import spacy_pkuseg

    folder = tmp_path_factory.mktemp("pkuseg")
    lines = []
    for page in PAGES:
        annotation = govclaim.annotate(page.read_text("utf-8"), tokens=True)
        for sentence in annotation.sentences:
            words = [word.text for word in annotation.tokens if sentence.start <= word.start < sentence.end]
            lines.append(" ".join(words))
    (folder / "words.txt").write_text("\n".join(lines), encoding="utf-8")
    spacy_pkuseg.train(str(folder / "words.txt"), str(folder / "words.txt"), str(folder / "model"), train_iter=3)
    return folder / "model"


def test_words_of_spacy_pkuseg_lead_to_the_same_figures(pkuseg_weights, expected):
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "pkuseg"}}})
    nlp.tokenizer.initialize(pkuseg_model=str(pkuseg_weights))
    doc = behind(nlp)(TEXT)
    assert {"去年", "投资"} < {token.text for token in doc}  # words indeed, not characters
    assert quantities(doc) == expected
    assert [span.text for span in doc.spans["quantities"]] == ["2300余个", "5.2亿元"]


@pytest.mark.parametrize("segmenter", ["char", "jieba"])
def test_other_tokenizers_of_spacy_lead_to_the_same_figures(segmenter, expected):
    if segmenter == "jieba":
        pytest.importorskip("jieba")
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    assert quantities(behind(nlp)(TEXT)) == expected


class Pairs:
    """Cuts every two characters, so that words cross the figures' edges."""

    def __init__(self, vocab):
        self.vocab = vocab

    def __call__(self, text):
        words = [text[at : at + 2] for at in range(0, len(text), 2)]
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


def test_words_that_cross_the_edges_of_figures_change_nothing(expected):
    nlp = spacy.blank("zh")
    nlp.tokenizer = Pairs(nlp.vocab)
    doc = behind(nlp)(TEXT)
    assert quantities(doc) == expected
    views = [(span.start_char, span.end_char) for span in doc.spans["quantities"]]
    assert all(start <= figure[0] < figure[1] <= end for (start, end), figure in zip(views, expected, strict=True))
    assert views != expected  # widened to the words


def test_displacy_draws_the_spans():
    doc = govclaim.load(segmenter="characters")(TEXT)
    for layer in ("quantities", "times", "entities", "claims"):
        drawn = displacy.render(doc, style="span", options={**DISPLACY, "spans_key": layer}, jupyter=False)
        labels = {span.label_ for span in doc.spans[layer]}
        assert labels
        assert all(label in drawn and DISPLACY["colors"][label] in drawn for label in labels)
