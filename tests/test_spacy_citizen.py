"""govclaim among spaCy's own: entry points, configuration, other tokenizers, displaCy."""

import subprocess
import sys

import pytest
import spacy
from spacy import displacy
from spacy.util import load_model_from_config, registry

import govclaim
from govclaim.exports.docbin import DISPLACY
from govclaim.pipeline.components import STAGES

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


@pytest.mark.parametrize("segmenter", ["char", "jieba", "pkuseg"])
def test_other_tokenizers_of_spacy_lead_to_the_same_figures(segmenter, expected):
    if segmenter == "jieba":
        pytest.importorskip("jieba")
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    if segmenter == "pkuseg":
        pkuseg = pytest.importorskip("spacy_pkuseg")
        # Its own weights are downloaded; any object that cuts will do to stand in the tokenizer's place.
        assert hasattr(pkuseg, "pkuseg")
        nlp.tokenizer.pkuseg_seg = Pairs()
    assert quantities(behind(nlp)(TEXT)) == expected


class Pairs:
    """Cuts every two characters, so that words cross the figures' edges."""

    def cut(self, text):
        return [text[at : at + 2] for at in range(0, len(text), 2)]


def test_displacy_draws_the_spans():
    doc = govclaim.load(segmenter="characters")(TEXT)
    for layer in ("quantities", "times", "entities", "claims"):
        drawn = displacy.render(doc, style="span", options={**DISPLACY, "spans_key": layer}, jupyter=False)
        labels = {span.label_ for span in doc.spans[layer]}
        assert labels
        assert all(label in drawn and DISPLACY["colors"][label] in drawn for label in labels)
