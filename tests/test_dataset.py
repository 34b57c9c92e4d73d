import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

import govclaim
from govclaim import cli
from govclaim.batch import arrow
from govclaim.exports import frames, panel

pytest.importorskip("duckdb")
database = pytest.importorskip("govclaim.dataset.database")
pq = pytest.importorskip("pyarrow.parquet")

QUESTIONS = Path(__file__).parents[1] / "examples" / "questions"
TEXTS = {
    "a": (
        "2026-01-20",
        "2025年，义乌市一般公共预算收入140.2亿元，同比增长15.27%，居全省第一。"
        "据义乌市统计局介绍，2026年义乌市一般公共预算收入力争达到150亿元。",
    ),
    "b": ("2026-02-01", "2025年，永康市一般公共预算收入90.1亿元，同比增长3.5%，居全省第一。"),
    "c": ("2026-02-11", "2025年，义乌市一般公共预算收入140.3亿元。"),
    "d": ("2027-01-15", "2026年，义乌市一般公共预算收入151.5亿元，同比增长8.06%。"),
    "odd": ("2026-01-20", '2025年，义乌市有0.1234567890123456789012345倍，3—5万吨，数百人。\n今天说"好"，\'; --'),
}


@pytest.fixture(scope="module")
def annotations():
    meta = {"title": "题", "url": "http://a.example/1", "desk": "一版", "duplicate_of": None}
    return [govclaim.annotate(text, published=day, id=id, meta=meta) for id, (day, text) in TEXTS.items()]


@pytest.fixture(scope="module")
def files(annotations, tmp_path_factory):
    """The same annotations as JSON Lines and as Parquet of two row groups."""
    folder = tmp_path_factory.mktemp("it's")
    (folder / "a.jsonl").write_text("".join(govclaim.dumps(one) + "\n" for one in annotations), encoding="utf-8")
    rows = [arrow.row(one) for one in annotations]
    with pq.ParquetWriter(folder / "a.parquet", arrow.schema()) as writer:
        writer.write_table(arrow.table(rows[:2]))
        writer.write_table(arrow.table(rows[2:]))
    return folder


@pytest.fixture(scope="module", params=["a.jsonl", "a.parquet"])
def built(request, files, tmp_path_factory):
    target = tmp_path_factory.mktemp("built") / "claims.duckdb"
    result = database.build([str(files / request.param)], target)
    assert not result.refused
    return target, result


def test_every_item_is_a_row_with_its_exact_values(built, annotations):
    target, result = built
    for layer in ("sentences", "entities", "quantities", "times", "claims"):
        assert result.rows[layer] == sum(len(getattr(one, layer)) for one in annotations)
    with database.opened(target) as connection:
        found = connection.execute("SELECT document, id, value, value_exact, lower FROM quantities").fetchall()
    quantities = {(one.id, quantity.id): quantity for one in annotations for quantity in one.quantities}
    for document, id, value, exact, lower in found:
        quantity = quantities.pop((document, id))
        assert (Decimal(exact) if exact else value) == quantity.value
        assert lower == quantity.lower
    assert not quantities


def test_the_view_has_the_rows_of_the_panel(built, annotations):
    names = [column.name for column in panel.COLUMNS]
    columns = ", ".join(f'"{name}"' for name in names)
    rows = database.query(built[0], f"SELECT {columns} FROM claim_rows ORDER BY document, start, claim").rows
    wanted = [[row[name] for name in names] for one in annotations for row in panel.claim_rows(one)]
    for row in wanted:  # what needs more than 18 places stands in quantities.value_exact alone
        row[:] = [frames.fitted(cell) if isinstance(cell, Decimal) else cell for cell in row]
    at = [names.index(name) for name in ("document", "start", "claim")]
    assert [list(row) for row in rows] == sorted(wanted, key=lambda row: [row[place] for place in at])


def test_the_questions(built):
    answers = {path.stem: database.query(built[0], path.read_text("utf-8")) for path in QUESTIONS.glob("*.sql")}
    assert len(answers) == 5
    found = {
        name: [dict(zip(answer.columns, row, strict=True)) for row in answer.rows] for name, answer in answers.items()
    }
    growth = [(row["county_name"], row["year"], row["value"]) for row in found["growth"]]
    assert growth == [
        ("义乌市", 2025, Decimal("15.27")),
        ("义乌市", 2026, Decimal("8.06")),
        ("永康市", 2025, Decimal("3.5")),
    ]
    (target,) = found["targets"]
    assert (target["who"], target["speaker"], target["value"]) == ("义乌市", "义乌市统计局", 15_000_000_000)
    (rank,) = found["same_rank"]
    assert (rank["rank"], rank["places"], rank["claimed_by"]) == (1, 2, "义乌市、永康市")
    (met,) = found["targets_met"]
    assert (met["reported"], met["met"], met["reported_in"]) == (15_150_000_000, True, "d")
    (differing,) = found["differing"]
    assert (differing["least"], differing["most"], differing["found_in"]) == (14_020_000_000, 14_030_000_000, "a c")


def test_what_is_no_annotation_is_set_aside(files, tmp_path):
    lines = (files / "a.jsonl").read_text("utf-8").splitlines()
    bare = {name: value for name, value in json.loads(lines[0]).items() if name != "text"}
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_text("\n".join([lines[0], "rubbish", lines[0], json.dumps(bare), "", lines[1]]), encoding="utf-8")
    result = database.build([str(mixed), str(files / "a.parquet")], tmp_path / "claims.duckdb")
    assert result.rows["documents"] == len(TEXTS)
    where = [one.where.rsplit("/", 1)[1] for one in result.refused]
    assert sorted(where) == ["a.parquet:1", "a.parquet:2", "mixed.jsonl:2", "mixed.jsonl:3", "mixed.jsonl:4"]
    assert all(one.error and one.hint for one in result.refused)


def test_a_folder_of_a_run_with_what_lies_beside(annotations, files, tmp_path):
    (tmp_path / "a.jsonl").write_bytes((files / "a.jsonl").read_bytes())
    (tmp_path / "a.jsonl.manifest.json").write_text("{}")
    (tmp_path / "a.jsonl.rejected.jsonl").write_text('{"error": "", "record": 5}\n')
    one = annotations[0].model_copy(update={"id": "single"})
    (tmp_path / "single.json").write_text(govclaim.dumps(one, indent=2), encoding="utf-8")
    result = database.build([str(tmp_path)], tmp_path / "claims.duckdb")
    assert (result.rows["documents"], result.refused) == (len(TEXTS) + 1, ())


def test_a_dataset_is_made_whole_or_not_at_all(files, tmp_path):
    target = tmp_path / "claims.duckdb"
    pq.write_table(pq.read_table(files / "a.parquet").select(["id", "text"]), tmp_path / "other.parquet")
    (tmp_path / "a.txt").write_text("text")
    for name in ("other.parquet", "a.txt"):
        with pytest.raises(govclaim.InputError):
            database.build([str(files / "a.jsonl"), str(tmp_path / name)], target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "other.parquet"]
    database.build([str(files / "a.jsonl")], target)
    with pytest.raises(govclaim.OutputError, match="there already"):
        database.build([str(files / "a.parquet")], target)
    database.build([str(files / "a.parquet")], target, replace=True)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(govclaim.OutputError, match="cannot be written"):
        database.build([str(files / "a.jsonl")], tmp_path / "file" / "claims.duckdb")


def run(*arguments, input=None):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments], input=input)


def test_the_command_line(files, tmp_path):
    target = tmp_path / "claims.duckdb"
    done = run("dataset", "build", files / "a.parquet", "-o", target)
    assert (done.exit_code, "5 documents" in done.stderr) == (0, True)
    done = run("dataset", "query", QUESTIONS / "growth.sql", "-d", target, "--csv")
    assert done.stdout.splitlines()[1].startswith("330782,义乌市,2025,义乌市,15.27,%,increase,2026-01-20,a")
    done = run("dataset", "query", "select value from quantities order by value desc limit 1", "-d", target)
    assert "15,150,000,000" in done.stdout
    assert run("dataset", "query", "-", "-d", target, input="select 1").exit_code == 0
    done = run("dataset", "query", "select valu from quantities", "-d", target)
    assert (done.exit_code, "valu" in done.stderr) == (2, True)
    done = run("dataset", "query", "delete from claims", "-d", target)
    assert (done.exit_code, "read-only" in done.stderr) == (2, True)
    assert "dataset build" in run("dataset", "query", "select 1", "-d", tmp_path / "none.duckdb").stderr
    assert run("dataset", "build", files / "a.jsonl", files / "a.jsonl", "-o", tmp_path / "b.duckdb").exit_code == 1
