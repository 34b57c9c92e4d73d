"""Training sees what the pipeline sees, and the same data give the same weights."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from govclaim import schema
from govclaim.claims.choice import Link, Option, best_chain, moves
from govclaim.knowledge import default
from govclaim.training import chains, choices, corpus, domains, kinds, labels, modality, ranker

ARTICLE = Path(__file__).parents[1] / "corpora" / "gold" / "beiyuan.json"
DRAFTS = Path(__file__).parents[1] / "corpora" / "drafts"


@pytest.fixture(scope="module")
def article() -> Any:
    return schema.loads(ARTICLE.read_text(encoding="utf-8"))


def test_every_claim_is_an_example(article: Any) -> None:
    data = choices.subject_examples(article, default(), None)
    assert len(data) == len(article.claims)
    assert all(len(example.traits) == len(example.right) for example in data)
    # Nothing is offered last, and it is right exactly where the annotation has none.
    assert sum(any(example.right) for example in data) >= 0.9 * len(data)


def test_every_figure_but_ranks_is_an_example_of_its_kind(article: Any) -> None:
    data = kinds.examples(article, default())
    known = {claim.quantity for claim in article.claims if claim.type != "rank"}
    silent = {item.id for item in article.quantities} - {claim.quantity for claim in article.claims}
    assert len(known) <= len(data) <= len(known) + len(silent)
    assert all(len(example.features) == 6 and sum(example.agreement) == 1 for example in data)


def test_kinds_learn_what_they_see_and_are_deterministic(article: Any) -> None:
    data = kinds.examples(article, default())
    weights = labels.fit(data)
    assert labels.accuracy(data, weights) >= 0.95 > labels.accuracy(data, {})
    assert weights == labels.fit(data)


def test_every_claim_is_a_link_of_its_chain(article: Any) -> None:
    chain = chains.period_chain(article, default())
    assert [len(link.options) for link in chain.links] == [len(flags) for flags in chain.right]
    assert len(chain.links) == len(article.claims)
    assert sum(any(flags) for flags in chain.right) >= 0.9 * len(chain.right)


def test_fit_learns_what_it_sees_and_is_deterministic(article: Any) -> None:
    examples = choices.subject_examples
    weights = choices.fit_twice([article], default(), examples, l2=0.1, least=1)
    right, possible = choices.accuracy([article], default(), examples, weights)
    untrained, _ = choices.accuracy([article], default(), examples, {})
    assert right >= 0.9 > untrained
    assert right <= possible
    assert weights == choices.fit_twice([article], default(), examples, l2=0.1, least=1)


def test_chains_learn_what_they_see_and_are_deterministic(article: Any) -> None:
    data = [chains.period_chain(article, default())]
    weights = chains.fit(data, l2=0.1, least=1)
    right, possible = chains.accuracy(data, weights)
    assert possible >= right >= 0.9 > chains.accuracy(data, {})[0]
    assert weights == chains.fit(data, l2=0.1, least=1)


def test_chains_learn_that_answers_are_carried_on() -> None:
    def link(*traits: str) -> Link[str]:
        options = [Option(key, key, False, (trait,)) for key, trait in zip("ab", traits, strict=True)]
        return Link([*options, Option(None, "null", False, ("null",))], ("step",))

    told = chains.Chain((link("told", "other"), link("far", "far")), ((True, False, False), (True, False, False)))
    weights = chains.fit([told] * 4, l2=0.5)
    assert weights["stay>step"] > 0 > weights["drop>step"]
    assert best_chain([link("other", "told"), link("far", "far")], weights, moves(weights)) == ["b", "b"]


def test_what_two_hands_do_differently_stays_with_each() -> None:
    def chain(right: str, domain: str) -> chains.Chain:
        """Both carry a time on where it was told near; far ones only the second hand."""
        options = [Option("a", "a", False, (f"w=>{right}", right)), Option(None, "null", False, ("null",))]
        carried = right == "near" or domain == "beside"
        found = chains.Chain((Link(options, ("step",)), Link(options, ("step",))), ((carried, not carried),) * 2)
        return domains.marked(found, domain)

    taught = [chain(right, domain) for right in ("near", "far") for domain in ("home", "beside") for _ in range(4)]
    fitted = chains.fit(taught, l2=0.5)
    home, beside = (domains.folded(fitted, domain) for domain in ("home", "beside"))
    link = Link([Option("a", "a", False, ("w=>far", "far")), Option(None, "null", False, ("null",))], ("step",))
    assert best_chain([link], home, moves(home)) == [None]
    assert best_chain([link], beside, moves(beside)) == ["a"]
    assert not any("\x1f" in name for name in home)
    assert "stay>step" in home


def test_a_ranker_learns_two_hands_apart() -> None:
    def figure(domain: str) -> ranker.Example:
        """Both take a noun for the indicator; the second hand takes the verb with it."""
        return ranker.Example(
            "d", (("noun",), ("noun", "verb")), (1.0, 0.0) if domain == "home" else (0.0, 1.0), domain
        )

    fitted = ranker.fit([figure(domain) for domain in ("home", "beside") for _ in range(6)], epochs=8)
    right = {
        domain: ranker.accuracy([figure(domain)], domains.folded(fitted, domain))[0] for domain in ("home", "beside")
    }
    assert right == {"home": 1.0, "beside": 1.0}


def test_the_first_figure_of_a_sentence_weighs_for_those_that_share_its_answer(article: Any) -> None:
    weights = [example.weight for example in choices.subject_examples(article, default(), None)]
    assert max(weights) > 1
    assert min(weights) == 1


def test_fit_without_a_right_candidate_gives_no_weights() -> None:
    assert choices.fit([choices.Example("d", (("a",), ("b",)), (False, False))], l2=1.0, least=1) == {}


def test_fit_prefers_the_trait_of_right_candidates() -> None:
    data = [choices.Example(f"d{number}", (("good",), ("bad",)), (True, False)) for number in range(4)]
    weights = choices.fit(data, l2=0.5)
    assert weights["good"] > 0 > weights["bad"]
    assert choices.fit(data[:2], l2=0.5) == {}  # fewer documents than a trait must show in


def test_ranker_learns(article: Any) -> None:
    data = list(ranker.examples(article, default()))
    weights = ranker.fit(data, epochs=8)
    assert ranker.accuracy(data, weights)[0] > ranker.accuracy(data, {})[0]


def test_modality_learns_and_is_deterministic(article: Any) -> None:
    data = modality.examples(article, default()) * 3  # traits of fewer than three figures are left out
    weights = labels.fit(data)
    assert len(data) >= 3 * 0.9 * len(article.claims)
    assert labels.accuracy(data, weights) == 1 > labels.accuracy(data, {})
    assert weights == labels.fit(data)


def test_held_documents_are_left_out_whatever_their_white_space(article: Any) -> None:
    wider = article.model_copy(update={"text": article.text + "\n\n"})
    assert corpus.without([article, wider], [article]) == []
    assert corpus.without([article], []) == [article]


def test_corpora_are_read_packed_and_plain(tmp_path: Path, article: Any) -> None:
    line = schema.dumps(article) + "\n"
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    assert corpus.read(tmp_path / "a.jsonl") == corpus.read(tmp_path / "a.jsonl.gz") == [article]


@pytest.mark.parametrize(("name", "least"), [("train", 270), ("dev", 60), ("test", 66)])
def test_gold_follows_the_contract(name: str, least: int) -> None:
    gold = corpus.read(ARTICLE.parent / f"{name}.jsonl.gz")
    assert len(gold) >= least
    assert len({each.id for each in gold}) == len(gold)
    for each in gold:
        for layer in (each.sentences, each.entities, each.quantities, each.times):
            assert all(each.text[item.start : item.end] == item.text for item in layer), each.id


def test_no_page_stands_in_two_splits() -> None:
    splits = [corpus.read(ARTICLE.parent / f"{name}.jsonl.gz") for name in ("train", "dev", "test")]
    for one in splits:
        assert all(len(corpus.without(one, other)) == len(one) for other in splits if other is not one)


@pytest.mark.parametrize(
    ("name", "least"), [("county-pages", 200), ("county-claims", 160), ("everyday", 300), ("everyday-held", 100)]
)
def test_drafts_follow_the_contract(name: str, least: int) -> None:
    drafts = corpus.read(DRAFTS / f"{name}.jsonl.gz")
    assert len(drafts) > least
    for draft in drafts:
        assert draft.meta.get("annotation")["status"] == "draft", draft.id
        for layer in (draft.sentences, draft.entities, draft.quantities, draft.times):
            assert all(draft.text[item.start : item.end] == item.text for item in layer), draft.id


def test_stand_off_annotations_hold_no_text() -> None:
    for path in sorted((ARTICLE.parents[1] / "standoff").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                held = json.loads(line)
                assert len(held["text_sha256"]) == 64
                units = [quantity.pop("unit") for quantity in held["quantities"]]
                assert all(len(unit or "") < 12 for unit in units)
                assert json.dumps(held, ensure_ascii=False).isascii()
