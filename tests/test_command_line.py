"""The command line as a person meets it: help, mistakes, completion, colours, pipes."""

import os
import pty
import re
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from govclaim import cli

COMMAND = [str(Path(sysconfig.get_path("scripts"), "govclaim"))]


def verbs(group, name="govclaim"):
    """Every command, and those of the groups, by what a person types."""
    for verb, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from verbs(command, f"{name} {verb}")
        else:
            yield f"{name} {verb}", command


VERBS = dict(verbs(typer.main.get_command(cli.app)))
EXAMPLES = [
    line.strip()
    for verb in VERBS.values()
    for line in (verb.epilog or "").splitlines()
    if line.startswith("  ")
]  # fmt: skip
COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3|9)[0-9]")


def run(*arguments, input=None):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments], input=input)


def test_every_verb_shows_examples():
    assert [name for name, verb in VERBS.items() if f"  {name}" not in (verb.epilog or "")] == []
    assert "Examples:\n    govclaim show news.json\n" in run("show", "--help").stdout


@pytest.mark.parametrize("page", ["cli.md", "cli.zh.md"])
def test_every_verb_stands_in_the_documentation(page):
    text = (Path(__file__).parents[1] / "docs" / page).read_text("utf-8")
    verbs = dict.fromkeys(" ".join(name.split()[:2]) for name in VERBS)
    assert [verb for verb in verbs if f"`{verb}" not in text] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_the_help_do_what_they_show(example, desk, typed):
    if example.startswith("govclaim dataset query"):
        assert typed("govclaim dataset build annotated.parquet -o claims.duckdb") == 0
    assert typed(example) == 0


def test_a_group_without_a_verb_shows_its_help():
    done = run("dataset")
    assert done.exit_code == 2
    assert "Commands:" in done.output
    assert "error:" not in done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["anotate"], "Did you mean 'annotate'?"),
        (["fly"], "No such command 'fly'"),
        (["annotate", "--publishd", "2026-01-20"], "--published"),
        (["annotate"], "Missing argument"),
        (["annotate", "-", "--workers", "many"], "--workers"),
        (["annotate", "-", "--format", "parket"], "did you mean parquet?"),
        (["export", "brta", "x.jsonl", "-o", "x"], "did you mean brat?"),
        (["export", "brat", "x.jsonl", "-o", "x", "--layers", "claim"], "did you mean claims?"),
        (["report", "x.jsonl", "--lang", "de"], "there are en, zh"),
        (["dataset", "biuld"], "Did you mean 'build'?"),
        (["dataset", "build"], "(govclaim dataset build --help tells more)"),
        (["schema", "anotation"], "did you mean annotation?"),
        (["verify", "x.txt"], "--source"),
    ],
)
def test_mistakes_are_told_in_two_lines_with_what_to_do(arguments, says):
    done = run(*arguments)
    assert done.exit_code == 2
    first, second = done.stderr.strip().splitlines()
    assert first.startswith("error: ")
    assert second.startswith("  hint: ")
    assert says in done.stderr


def test_without_a_verb_the_help_comes_and_the_version_on_request():
    done = run()
    assert done.exit_code == 2
    assert "Commands:" in done.stderr
    assert re.fullmatch(r"govclaim \d+\.\d+\.\d+\n", run("--version").stdout)


def asked(line):
    """What the shell is offered behind a line; the last word may be empty."""
    words = line.split(" ")
    settings = {"_GOVCLAIM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = CliRunner().invoke(cli.app, [], prog_name="govclaim", env=settings)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("govclaim ann", ["annotate"]),
        ("govclaim annotate --publ", ["--published", "--published-field"]),
        ("govclaim export bra", ["brat"]),
        ("govclaim import conll-", ["conll-bioes"]),
        ("govclaim report --lang ", ["en", "zh"]),
        ("govclaim schema ver", ["verification"]),
    ],
)
def test_completion_offers_verbs_options_and_values(line, offers):
    assert asked(line) == offers


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_after_what_the_documentation_says(tmp_path):
    script = """
        govclaim --install-completion && source ~/.bashrc
        eval "$(govclaim --show-completion)"
        COMP_WORDS=(govclaim recon) COMP_CWORD=1
        _govclaim_completion govclaim && echo "offered: ${COMPREPLY[*]}"
    """
    place = {"HOME": str(tmp_path), "PATH": f"{Path(COMMAND[0]).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env={**os.environ, **place})
    assert "bash completion installed" in done.stdout, done.stderr
    assert "offered: reconcile" in done.stdout, done.stderr


def on_a_terminal(*arguments, **settings):
    """What a command writes where a person looks on."""
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment = {**inherited, "TERM": "xterm-256color", "COLUMNS": "80", **settings}
    process = subprocess.Popen([*COMMAND, *map(str, arguments)], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    seen = b""
    while True:
        try:
            portion = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other side has closed
            break
        if not portion:
            break
        seen += portion
    os.close(ours)
    assert process.wait() == 0, seen
    return seen.decode("utf-8")


def test_colours_on_a_terminal_only_and_none_where_they_are_not_wanted(desk):
    assert COLOUR.search(on_a_terminal("show", desk / "news.json"))
    assert not COLOUR.search(on_a_terminal("show", desk / "news.json", NO_COLOR="1"))
    piped = subprocess.run([*COMMAND, "show", desk / "news.json"], capture_output=True, text=True, check=True)
    assert "\x1b" not in piped.stdout
    assert "14.02亿元" in piped.stdout


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_show_fits_the_window(desk, columns):
    seen = on_a_terminal("show", desk / "news.json", COLUMNS=str(columns), NO_COLOR="1")
    (head,) = [line for line in seen.splitlines() if "indicator" in line]
    assert ("who says so" in head) == (columns >= 120)
    assert "1,402,000,000 CNY" in seen


def test_progress_on_a_terminal_and_plain_lines_in_a_pipe(desk, tmp_path):
    (tmp_path / "many.jsonl").write_text('{"text": "有3人。"}\n{"text": "有5人。"}\n', encoding="utf-8")
    seen = on_a_terminal("annotate", tmp_path / "many.jsonl", NO_COLOR="1")
    assert "2/2" in seen
    assert not COLOUR.search(seen)
    piped = run("annotate", tmp_path / "many.jsonl")
    assert "\x1b" not in piped.stderr
    assert len(piped.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error():
    line = f"{shlex.join(COMMAND)} schema | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_doctor_names_versions_the_weights_and_extras():
    said = run("doctor").stdout
    assert re.search(r"^model +\S+, sha256 [0-9a-f]{64}$", said, re.M)
    assert re.search(r"^extras +.*\bdocx\b", said, re.M)
    assert re.search(r"^self-test: \d+\.\d s$", said, re.M)
    assert "dev" not in re.findall(r"^no extra +(\S+)", said, re.M)
    assert all(re.search(r"pip install 'govclaim\[", line) for line in said.splitlines() if line.startswith("no extra"))
