"""The verbs ``export`` and ``import``."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from govclaim import cli, formats, schema

ARTICLE = Path(__file__).parents[2] / "corpora" / "gold" / "beiyuan.json"
ALL = (
    *("brat", "conll", "conll-bioes", "csv", "doccano", "docbin", "inception"),
    *("label-studio", "web-annotation", "xlsx", "xmi"),
)


def run(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def article():
    return schema.loads(ARTICLE.read_bytes())


def test_the_formats_are_listed():
    assert run("export", "list").stdout.split() == list(formats.exporters())
    assert run("import", "list").stdout.split() == list(formats.importers())
    assert set(formats.importers()) <= set(formats.exporters())


@pytest.mark.parametrize("name", ALL)
def test_the_reference_article_comes_back(name, tmp_path, article):
    out = run("export", name, ARTICLE, "-o", tmp_path / "out")
    assert (out.exit_code, out.stderr) == (0, f"1 document written to {tmp_path / 'out'}, 0 set aside\n")
    back = run("import", name, tmp_path / "out", "--base", ARTICLE, "-o", tmp_path / "back.jsonl")
    assert (back.exit_code, back.stderr) == (0, f"1 document written to {tmp_path / 'back.jsonl'}, 0 set aside\n")
    assert schema.loads((tmp_path / "back.jsonl").read_bytes()) == article


def test_import_writes_to_standard_output(tmp_path, article):
    run("export", "csv", ARTICLE, "-o", tmp_path / "out")
    assert schema.loads(run("import", "csv", tmp_path / "out").stdout) == article


def test_layers_that_are_left_out_come_from_the_base(tmp_path, article):
    run("export", "brat", ARTICLE, "-o", tmp_path / "out", "--layers", "entities,times")
    assert "Quantity " not in (tmp_path / "out" / "beiyuan.ann").read_text("utf-8")
    back = run("import", "brat", tmp_path / "out", "--base", ARTICLE, "--layers", "entities,times")
    assert schema.loads(back.stdout) == article


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("export", "brt", "{ann}", "-o", "x"), "did you mean brat?"),
        (("export", "brat", "{ann}"), "govclaim export brat ann.jsonl -o OUT"),
        (("export", "brat", "-o", "x"), "govclaim export brat ann.jsonl -o OUT"),
        (("export", "brat", "{ann}", "-o", "x", "--layers", "names"), "did you mean times"),
        (("export", "brat", "{ann}", "-o", "x", "--layers", "words"), "there are"),
        (("export", "brat", "nothing.jsonl", "-o", "x"), "check the path"),
        (("export", "panel", "{ann}", "-o", "panel"), "panel.csv"),
        (("export", "csv", "{ann}", "-o", "{full}"), "move it away"),
        (("import", "brat"), "govclaim import brat"),
        (("import", "brat", "{ann}"), "*.ann"),
        (("import", "csv", "{full}"), "*.csv"),
        (("import", "panel", "{full}"), "import knows"),
    ],
)
def test_what_is_wrong_is_told_in_two_lines(arguments, hint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    done = run(*(argument.format(ann=ARTICLE, full=full) for argument in arguments))
    assert done.exit_code == 2
    error, advice = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert hint in advice
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "mine.txt"]


def test_a_document_that_does_not_fit_is_set_aside_and_the_rest_goes_on(tmp_path, article):
    lines = [schema.dumps(article.model_copy(update={"id": id})) for id in ("a", "b", "a")]
    (tmp_path / "in.jsonl").write_text("\n".join([lines[0], "{}", *lines[1:]]), encoding="utf-8")
    done = run("export", "brat", tmp_path / "in.jsonl", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "in.jsonl:2" in done.stderr
    assert "another document has the same id" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("2 documents written")
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.ann")) == ["a", "b"]


def test_a_broken_document_of_many_is_set_aside_on_the_way_back(tmp_path, article):
    lines = [schema.dumps(article.model_copy(update={"id": id})) for id in ("a", "b")]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    run("export", "brat", tmp_path / "in.jsonl", "-o", tmp_path / "out")
    with (tmp_path / "out" / "a.ann").open("a", encoding="utf-8") as file:
        file.write("T999\tLOC 5 999999\tx\n")
    done = run("import", "brat", tmp_path / "out", "-o", tmp_path / "back.jsonl")
    assert done.exit_code == 1
    assert "a.ann:" in done.stderr
    assert "do not lie in the text" in done.stderr
    (line,) = (tmp_path / "back.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["id"] == "b"


@pytest.mark.parametrize("id", ["a/b:c", "..", "县/乡", "100%", "CON ", "x\ny"])
def test_any_id_names_a_file_and_comes_back(id, tmp_path, article):
    (tmp_path / "in.jsonl").write_text(schema.dumps(article.model_copy(update={"id": id})), encoding="utf-8")
    assert run("export", "brat", tmp_path / "in.jsonl", "-o", tmp_path / "out").exit_code == 0
    assert json.loads(run("import", "brat", tmp_path / "out").stdout)["id"] == id


def test_no_cell_is_a_formula(tmp_path, article):
    texts = ("=cmd|'/c calc'!A1", "+1", "-1", "@x", "\t=1", "＝1", "'=1")
    for number, title in enumerate(texts):
        hostile = article.model_copy(update={"meta": schema.Meta(title=title), "id": title})
        file = tmp_path / f"{number}.json"
        file.write_text(schema.dumps(hostile), encoding="utf-8")
        assert run("export", "csv", file, "-o", tmp_path / str(number)).exit_code == 0
        with (tmp_path / str(number) / "documents.csv").open(encoding="utf-8-sig", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert row["title"] == row["document"] == f"'{title}"
        assert schema.loads(run("import", "csv", tmp_path / str(number)).stdout).meta.title == title
