"""The systems: what each needs, what it gives, and how its findings become an annotation by our contract.

A system is ``System(name, gives, make)``; ``make()`` loads it and gives a function from a document (whose text, day of
publication and sentences it may read) to a prediction, or raises ``AbsentError`` with what to install.
"""

import contextlib
import importlib.util
import io
import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from benchmarks import backends

import govclaim
from govclaim.knowledge import Knowledge

from . import answers, drafts

__all__ = ["ALL", "AbsentError", "System", "selected"]

NAMES, FIGURES, CLAIMS = "names", "figures", "claims"


class AbsentError(Exception):
    """The system is not there; the message says what it takes."""


@dataclass(frozen=True)
class System:
    """One row of the table.

    Attributes:
        name: As the table has it.
        gives: Which layers it gives; the others are left empty in the table.
        make: Loads it.
    """

    name: str
    gives: tuple
    make: Callable


def needed(module, package):
    """A module that must be there, or the error that says what to install."""
    if importlib.util.find_spec(module) is None:
        raise AbsentError(f"pip install {package}")
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(module)
        except ImportError as error:
            raise AbsentError(f"pip install {package} (now: {error})") from error


# --- ours


def known(document):
    """What a page says of itself: its day and title, nothing of its annotation."""
    meta = document.meta
    return {"published": meta.published, "meta": {"title": meta.title} if meta.title else {}}


def annotator(nlp):
    return lambda document: govclaim.annotate(document.text, id=document.id, nlp=nlp, **known(document))


def ours(options):
    return annotator(govclaim.load(model=options.model))


ROUTES = {"before": 4.0, "after": 3.0, "earlier": 1.0, "carried": 2.0, "none": 0.0}
"""Where an indicator is sought without weights; that of a growth, rank or share was mostly just measured."""
PLACES = {f"{route}|{kind}": order for route, order in ROUTES.items() for kind in ("level", "change", "rank", "share")}
PLACES |= {f"carried|{kind}": 5.0 for kind in ("change", "rank", "share")}


def rules(options):
    """Without any fitted weights: names by grammar, kind and modality of a claim as the grammar reads them, indicators
    by where they stand, and of what may be subject or period the first that the grammar offers.
    """
    from govclaim.claims.kinds import KINDS
    from govclaim.claims.modality import MODALITIES
    from govclaim.pipeline.backends import RuleNames

    tables = Knowledge()
    for name in ("subjects.tsv.gz", "periods.tsv.gz"):
        tables.derived(name, lambda _: {})
    tables.derived("ranker.tsv.gz", lambda _: dict(PLACES))
    for name, readings in (("modality.tsv.gz", MODALITIES), ("kinds.tsv.gz", KINDS)):
        tables.derived(name, lambda _, readings=readings: {f"{each}|rule={each}": 1.0 for each in readings})
    nlp = govclaim.load(segmenter="characters")
    for _, step in nlp.pipeline:
        if hasattr(step, "knowledge"):
            step.knowledge = tables
    nlp.get_pipe("govclaim_entities").model = RuleNames(tables)
    return annotator(nlp)


# --- numbers of others, made claims by the rule of ``drafts``


def numbers(finder):
    """A system of what finds numbers: from a document to ``drafts.Find``."""

    def predict(document):
        found = drafts.quantities(document.text, finder(document))
        return drafts.annotation(document, found=found, made=drafts.claims(document, found))

    return predict


def decimal(text):
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def jionlp(options):
    """Sums of money, the only figures that it finds; it gives a vague one two ends, of which ours is the lower."""
    found = needed("jionlp", "'govclaim[bench]'").ner

    def finder(document):
        for each in found.extract_money(document.text, with_parsing=True):
            detail, (start, end) = each["detail"], each["offset"]
            number = detail["num"][0] if isinstance(detail["num"], list) else detail["num"]
            unit = {"元": "CNY", "美元": "USD", "港元": "HKD", "欧元": "EUR", "日元": "JPY"}.get(detail["case"])
            if (value := decimal(number)) is not None:
                yield drafts.Find(start, end, value.normalize() + 0, unit)

    return numbers(finder)


CURRENCIES = ("CNY", "USD", "HKD", "EUR", "JPY", "GBP", "TWD", "KRW")


def recognizers(options):
    """Numbers, ordinals, percentages, money, dimensions; of finds that overlap the longest."""
    number = needed("recognizers_number", "'govclaim[bench]'")
    unit = needed("recognizers_number_with_unit", "'govclaim[bench]'")
    from benchmarks.peers import UNITS

    readers = (
        (number.recognize_number, lambda told: (told["value"], None)),
        (number.recognize_ordinal, lambda told: (told["value"], None)),
        (number.recognize_percentage, lambda told: (told["value"].rstrip("%"), "%")),
        (unit.recognize_currency, lambda told: (told["value"], told.get("isoCurrency"))),
        (unit.recognize_dimension, lambda told: (told["value"], UNITS.get(told["unit"]))),
    )

    def finder(document):
        for recognize, read in readers:
            for each in recognize(document.text, number.Culture.Chinese):
                if each.resolution is None or each.resolution.get("value") is None:
                    continue
                said, named = read(each.resolution)
                value = decimal(said)
                if value is None or (recognize is unit.recognize_currency and named not in CURRENCIES):
                    continue
                ordinal = recognize is number.recognize_ordinal and document.text[each.start] == "第"
                yield drafts.Find(each.start + ordinal, each.end + 1, value, named)

    return numbers(finder)


NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?(?:万亿|[百千万亿])?|[零〇一二两三四五六七八九十百千万亿]{1,12}")


def cn2an(options):
    """A regular expression finds runs of digits and Chinese numerals; cn2an says what number they are."""
    convert = needed("cn2an", "'govclaim[bench]'").cn2an

    def finder(document):
        for each in NUMERAL.finditer(document.text):
            try:
                value = decimal(convert(each[0].replace(",", ""), "smart"))
            except ValueError:
                continue
            if value is not None:
                yield drafts.Find(*each.span(), value)

    return numbers(finder)


def spacy_rules(options):
    """A blank pipeline: an entity ruler with the shipped divisions, a matcher of digits with magnitudes."""
    from spacy.matcher import Matcher

    nlp = backends.ruler()
    matcher = Matcher(nlp.vocab)
    digits = {"TEXT": {"REGEX": r"^[\d.]+$"}, "OP": "+"}
    matcher.add("NUMBER", [[digits, {"TEXT": {"IN": ["百", "千", "万", "亿"]}, "OP": "*"}]], greedy="LONGEST")
    powers = {"百": 2, "千": 3, "万": 4, "亿": 8}

    def predict(document):
        doc = nlp(document.text)
        names = [(each.start_char, each.end_char, each.label_) for each in doc.ents]
        finds = []
        for span in matcher(doc, as_spans=True):
            number = re.match(r"\d+(?:\.\d+)?", span.text)
            if number:
                value = Decimal(number[0]) * 10 ** sum(powers.get(sign, 0) for sign in span.text)
                finds.append(drafts.Find(span.start_char, span.end_char, value))
        found = drafts.quantities(document.text, finds)
        made = drafts.claims(document, found, [each[:2] for each in names])
        return drafts.annotation(document, names=names, found=found, made=made)

    return predict


# --- names of others


def tagger(make, package):
    """A backend for names by itself, on the sentences that govclaim splits."""
    from govclaim import knowledge
    from govclaim.errors import BackendError
    from govclaim.pipeline import inputs, stages
    from govclaim.pipeline.backends import TaggerNames

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = TaggerNames(make())
    except BackendError as error:
        raise AbsentError(f"pip install {package}") from error
    tables = knowledge.default()

    def predict(document):
        raw = inputs.raw(document.text, None, {})
        found = backends.alone([(document.id, stages.read(raw, None, tables))], names)
        return drafts.annotation(document, names=[each[1:] for each in found])

    return predict


def hanlp(options):
    return tagger(lambda: govclaim.backends.hanlp(options.hanlp), "'govclaim[hanlp]'")


def lac(options):
    return tagger(govclaim.backends.lac, "'govclaim[lac]'")


# --- a language model


def llm(options):
    """Answers that were kept, or a call for each document; the calls are kept in the same file."""
    file = options.answers and Path(options.answers)
    held = answers.kept(file) if file and file.exists() else {}
    if not options.ask and not held:
        raise AbsentError(f"give kept answers (--answers FILE), or --ask MODEL with a key in {answers.KEY}")
    if options.ask and not os.environ.get(answers.KEY):
        raise AbsentError(f"set {answers.KEY} to call {options.endpoint}")

    def predict(document):
        if document.id not in held and options.ask:
            held[document.id] = answers.ask(document, model=options.ask, endpoint=options.endpoint)
            if file:
                answers.keep(file, document.id, held[document.id])
        return answers.read(document, held.get(document.id, ""))

    return predict


ALL = (
    System("govclaim", (NAMES, FIGURES, CLAIMS), ours),
    System("govclaim, rules only", (NAMES, FIGURES, CLAIMS), rules),
    System("Recognizers-Text + rule", (FIGURES, CLAIMS), recognizers),
    System("cn2an + rule", (FIGURES, CLAIMS), cn2an),
    System("JioNLP (money) + rule", (FIGURES, CLAIMS), jionlp),
    System("spaCy blank + rules", (NAMES, FIGURES, CLAIMS), spacy_rules),
    System("HanLP, our model", (NAMES,), hanlp),
    System("LAC", (NAMES,), lac),
    System("language model", (NAMES, FIGURES, CLAIMS), llm),
)


def selected(only):
    """The systems whose names contain one of some words; all without any."""
    return [each for each in ALL if not only or any(word.lower() in each.name.lower() for word in only)]
