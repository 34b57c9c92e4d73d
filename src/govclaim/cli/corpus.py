"""`govclaim corpus`: whether annotated documents are sound, what they hold, how they are parted and compared."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govclaim.cli.frame import app, complain, console, examples, one_of, opened, verb
from govclaim.errors import GovclaimError, InputError

if TYPE_CHECKING:
    from govclaim.corpus.agreement import Agreement
    from govclaim.corpus.reading import Document, Unread
    from govclaim.corpus.reliability import Line
    from govclaim.corpus.splitting import Listed
    from govclaim.corpus.statistics import Statistics
    from govclaim.corpus.validation import Finding
    from govclaim.schema import Annotation

__all__ = ["agreement", "dehydrate", "diff", "hydrate", "merge", "sample", "split", "stats", "validate"]

_SHOWN = 10  # findings of one kind that are told one by one

corpus = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Annotated documents as a corpus: check, count, split, merge, compare, choose, and part from their texts.",
)
app.add_typer(corpus, name="corpus")

Paths = Annotated[list[str], typer.Argument(help="Annotations (.jsonl .jsonl.gz .json), folders of them, or patterns.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of tables.")]


# ---------------------------------------------------------------- validate


@corpus.command(
    epilog=examples(
        "govclaim corpus validate mine",
        "govclaim corpus validate 'mine/*.jsonl' --list mine/splits.csv --json > findings.jsonl",
    )
)
@verb
def validate(
    paths: Paths,
    listed: Annotated[
        Path | None, typer.Option("--list", help="Frozen list of splits; else splits.csv of the folder, if it has one.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=f"Show all findings, not {_SHOWN} of a kind.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line for each finding.")] = False,
) -> None:
    """Find what is wrong: form, offsets, links, arithmetic, duplicates, leakage between splits, the frozen list.

    A file whose name begins with train, dev or test is that split. Exit status 1 if anything is found.
    """
    from govclaim.corpus import reading, validation
    from govclaim.schema import to_json

    found = list(reading.read(paths))
    findings = validation.validate(found, listed=_listed(paths, listed))
    if as_json:
        for finding in findings:
            typer.echo(to_json(finding.to_dict()))
    else:
        _tell(findings, every)
    documents = sum(isinstance(each, reading.Document) for each in found)
    counts = Counter(finding.kind for finding in findings)
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts.most_common()) or "nothing found"
    typer.echo(f"{documents:,} documents, {len(found) - documents:,} that are none: {kinds}", err=True)
    if findings:
        raise typer.Exit(1)


def _listed(paths: Iterable[str], named: Path | None) -> dict[str, Listed] | None:
    from govclaim.corpus import splitting

    files = [named] if named else [Path(path) / splitting.LIST for path in paths]
    found = [file for file in files if named or file.is_file()]
    lists = [splitting.read_list(file) for file in found]
    return {id: entry for each in lists for id, entry in each.items()} if lists else None


def _tell(findings: Sequence[Finding], every: bool) -> None:
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding.kind] += 1
        if every or told[finding.kind] <= _SHOWN:
            record = f", record {finding.document}" if finding.document else ""
            typer.echo(f"{finding.kind}: {finding.where}{record}: {finding.message}\n    {finding.hint}")
    for kind, number in told.items():
        if not every and number > _SHOWN:
            typer.echo(f"{kind}: and {number - _SHOWN:,} more (--all shows them)")


# ---------------------------------------------------------------- stats


@corpus.command(
    epilog=examples(
        "govclaim corpus stats mine",
        "govclaim corpus stats mine --beside annotated.jsonl --json > stats.json",
    )
)
@verb
def stats(
    paths: Paths,
    beside: Annotated[
        list[str] | None, typer.Option(help="Another corpus, for its figures beside these; may be repeated.")
    ] = None,
    shared: Annotated[int, typer.Option(help="How many shared stretches of content to show.", min=0)] = 20,
    as_json: AsJson = False,
) -> None:
    """Count documents, characters, sentences, claims, names, by split, genre and typography; and shared wording.

    Shared wording is told in five-grams of content: Chinese characters outside figures, dates, listed statistics,
    suffixes of bodies and divisions, and words of grammar.
    """
    from govclaim.corpus import statistics
    from govclaim.pipeline.backends import segmenter_named
    from govclaim.schema import to_json

    segment = segmenter_named("words")
    assert segment is not None
    reader = _Reading()
    own = statistics.describe(reader.documents(paths), segment, shared=shared)
    others = {path: statistics.describe(reader.documents([path]), segment, shared=0) for path in beside or ()}
    if as_json:
        also = {"beside": {path: each.total.to_dict() for path, each in others.items()}} if others else {}
        typer.echo(to_json({**own.to_dict(), **also}, indent=1))
    else:
        _print_statistics(own, others)
    reader.close()


_FIGURES = {
    "documents": "documents",
    "characters": "characters",
    "sentences": "sentences",
    "entities": "names",
    "quantities": "quantities",
    "times": "times",
    "claims": "claims",
    "claims_a_sentence": "claims a sentence",
    "sentence_length": "characters a sentence, mean",
    "sentence_median": "… median",
    "sentence_ninth": "… 90 % have no more",
    "words": "words",
    "types": "different words",
    "type_token": "different words by words",
    "type_token_window": "… mean over windows of 500 words",
}
"""The fields of ``Figures`` and what they are called."""

_BRIEFLY = ("documents", "characters", "sentences", "entities", "claims", "claims_a_sentence", "sentence_length")
"""What is shown of each split, genre and typography."""


def _print_statistics(own: Statistics, others: Mapping[str, Statistics]) -> None:
    totals = [each.total.to_dict() for each in (own, *others.values())]
    rows = [(title, *(_number(each[name]) for each in totals)) for name, title in _FIGURES.items()]
    _print(("all", "corpus", *others), rows, "l" + "r" * len(totals))
    for title, group in (("split", own.splits), ("genre", own.genres), ("typography", own.typographies)):
        figures = {name: each.to_dict() for name, each in group.items()}
        rows = [(name, *(_number(each[field]) for field in _BRIEFLY)) for name, each in figures.items()]
        columns = (*(_FIGURES[field] for field in _BRIEFLY[:-1]), "characters a sentence")
        _print((title, *columns), rows, "l" + "r" * len(_BRIEFLY))
    _counts("names", own.labels)
    for attribute, counts in own.attributes.items():
        _counts(f"claims by {attribute}", counts)
    _counts("sentences by claims", own.claims_by_sentence)
    rows = [(each.text, f"{each.documents:,}", f"{each.share:.1%}", " ".join(each.ids)) for each in own.shared]
    if rows:
        _print(("content shared by documents", "documents", "share", "first of them"), rows, "lrrl")


def _counts(title: str, counts: Mapping[str, int]) -> None:
    total = sum(counts.values())
    if not total:
        return
    rows = [(name, f"{number:,}", f"{number / total:.1%}") for name, number in counts.items()]
    _print((title, "number", "share"), rows, "lrr")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def _print(columns: Sequence[str], rows: Iterable[Sequence[str]], sides: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, side in zip(columns, sides, strict=True):
        table.add_column(name, justify="right" if side == "r" else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console().print(table)


# ---------------------------------------------------------------- split, merge


@corpus.command(
    epilog=examples(
        "govclaim corpus split annotated.jsonl -o mine --seed 1",
        "govclaim corpus split annotated.jsonl -o mine --frozen mine/splits.csv",
    )
)
@verb
def split(
    paths: Paths,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for train, dev, test and splits.csv.")],
    shares: Annotated[str, typer.Option(help="Parts of train, dev and test.")] = "70,15,15",
    seed: Annotated[int, typer.Option(help="Another seed, other splits.")] = 0,
    frozen: Annotated[
        Path | None, typer.Option(help="List of documents that keep their split.", show_default=False)
    ] = None,
    pack: Annotated[bool, typer.Option("--gz", help="Write .jsonl.gz.")] = False,
) -> None:
    """Part documents into train, dev and test, every genre by the shares.

    Pages that are nearly the same stay together, and documents of the frozen list where they are.
    """
    from govclaim.corpus import reading, splitting, validation

    wanted = _shares(shares)
    reader = _Reading()
    documents = reader.documents(paths, distinct=True)
    listed = splitting.read_list(frozen) if frozen else {}
    alike = [(one, other) for one, other, _ in validation.near_pages([each.annotation for each in documents])]
    kept = {id: entry.split for id, entry in listed.items()}
    splits = splitting.assign(documents, wanted, seed=seed, alike=alike, kept=kept)
    files = {name: output / f"{name}.jsonl{'.gz' if pack else ''}" for name in reading.SPLITS}
    _alone(output, files.values())
    for name, file in files.items():
        reading.write([each.annotation for each in documents if splits[each.id] == name], file)
    with opened(output / splitting.LIST) as stream:
        stream.write(splitting.written({**listed, **splitting.frozen(documents, splits)}))
    _told_splits(documents, splits)
    reader.close()


def _alone(folder: Path, files: Iterable[Path]) -> None:
    """See that the splits will be the only ones of the folder: a reader would take both."""
    from govclaim.corpus import reading

    others = [file for file in folder.glob("*.json*") if reading.split_of(file.name)] if folder.is_dir() else []
    for file in sorted(set(others) - set(files)):
        hint = "remove it, or choose another folder"
        raise InputError("the folder has another file of a split", where=str(file), hint=hint)


def _shares(text: str) -> dict[str, Fraction]:
    from govclaim.corpus.reading import SPLITS

    try:
        numbers = [Fraction(part) for part in text.split(",")]
    except (ValueError, ZeroDivisionError):
        numbers = []
    if len(numbers) != len(SPLITS) or min(numbers) < 0 or not sum(numbers):
        raise InputError(
            f"{text!r} are no shares", where="--shares", hint=f"give those of {', '.join(SPLITS)}: 70,15,15"
        )
    return {name: number / sum(numbers) for name, number in zip(SPLITS, numbers, strict=True)}


def _told_splits(documents: Sequence[Document], splits: Mapping[str, str]) -> None:
    from govclaim.corpus.reading import SPLITS

    counts = Counter((each.genre or "—", splits[each.id]) for each in documents)
    genres = sorted({genre for genre, _ in counts})
    rows = [(genre, *(str(counts[genre, name]) for name in SPLITS)) for genre in genres]
    total = Counter(splits[each.id] for each in documents)
    rows.append(("all", *(str(total[name]) for name in SPLITS)))
    _print(("genre", *SPLITS), rows, "lrrr")


@corpus.command(epilog=examples("govclaim corpus merge mine one.jsonl -o all.jsonl --prefer last"))
@verb
def merge(
    paths: Paths,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file (.jsonl or .jsonl.gz).")],
    prefer: Annotated[
        str | None, typer.Option(help="first or last: which annotation of a text to take.", show_default=False)
    ] = None,
) -> None:
    """Bring corpora together, each document once.

    A document whose two annotations differ is left out unless --prefer chooses; exit status 1 if any is.
    """
    from govclaim.corpus import merging, reading

    chosen: Any = one_of(prefer, ("first", "last"), "preference") if prefer else None
    reader = _Reading()
    merged = merging.merge(reader.documents(paths), prefer=chosen)
    reading.write([each.annotation for each in merged.documents], output)
    for each in merged.conflicts:
        what = "the texts differ" if each.text else "the annotations differ"
        if each.taken:
            typer.echo(f"{each.id}: {what}: taken from {each.taken}", err=True)
        else:
            hint = "give one of them another id" if each.text else "choose with --prefer first or last"
            complain(f"{what} in {each.where[0]} and {each.where[1]}; it is left out", f"record {each.id}", hint)
    left = sum(not each.taken for each in merged.conflicts)
    typer.echo(f"{len(merged.documents):,} documents, {merged.repeated:,} repeated, {left:,} left out", err=True)
    reader.close(left)


# ---------------------------------------------------------------- diff, sample


@corpus.command(
    epilog=examples(
        "govclaim corpus diff one.jsonl two.jsonl",
        "govclaim corpus diff one.jsonl two.jsonl --errors differences.jsonl --json > agreement.json",
    )
)
@verb
def diff(
    first: Annotated[str, typer.Argument(help="Annotations of one annotator.")],
    second: Annotated[str, typer.Argument(help="Those of another, of the same documents.")],
    errors: Annotated[Path | None, typer.Option(help="Also write every difference there, a JSON line each.")] = None,
    bootstrap: Annotated[int, typer.Option(help="Resamples of documents for the intervals.", min=0)] = 1000,
    as_json: AsJson = False,
) -> None:
    """Tell how far two annotations agree, layer by layer and attribute by attribute.

    With the scores of govclaim score and Krippendorff's alpha for the type, modality, direction, basis and polarity of
    claims (extra corpus). Exit status 1 if documents could not be compared.
    """
    from govclaim.corpus import agreement
    from govclaim.schema import to_json

    reader = _Reading()
    found = agreement.compare(reader.annotations([first]), reader.annotations([second]), bootstrap=bootstrap)
    if errors:
        with opened(errors) as stream:
            stream.writelines(found.report.error_lines())
    if as_json:
        typer.echo(to_json(found.to_dict(), indent=1))
    else:
        _print_agreement(found)
    for id, reason in found.set_aside:
        complain(f"not compared: {reason}", f"record {id}", None)
    typer.echo(f"{found.report.documents:,} documents compared, {len(found.set_aside):,} set aside", err=True)
    reader.close(len(found.set_aside))


def _print_agreement(found: Agreement) -> None:
    rows: list[Sequence[str]] = []
    for row in found.report.rows():
        interval = "" if row.low is None or row.high is None else f"{row.low:.3f}…{row.high:.3f}"
        score = "" if row.f1 is None else f"{row.f1:.3f}"
        rows.append((row.name, row.measure, score, interval, f"{row.right:,}", f"{row.gold:,}", f"{row.predicted:,}"))
    _print(("scores", "measure", "value", "95 %", "same", "first", "second"), rows, "llrrrrr")
    rows = [
        (
            each.attribute,
            "" if each.alpha is None else f"{each.alpha:.3f}",
            f"{each.same:,}",
            f"{each.claims:,}",
            ", ".join(f"{one}/{other} {count}" for one, other, count in each.differing[:_SHOWN]),
        )
        for each in found.alphas
    ]
    _print(("claims of both", "alpha", "same", "of", "first/second that differ"), rows, "lrrrl")
    rows = [
        (
            each.layer,
            each.attribute or "item of one alone",
            f"{each.count:,}",
            "" if each.only_first is None else f"{each.only_first:,} / {each.count - each.only_first:,}",
        )
        for each in found.differences
    ]
    _print(("differences", "in", "number", "first / second"), rows, "llrr")


@corpus.command(
    epilog=examples(
        "govclaim corpus agreement one.jsonl two.jsonl",
        "govclaim corpus agreement one.jsonl two.jsonl --by annotation.round --json > agreement.json",
    )
)
@verb
def agreement(
    first: Annotated[str, typer.Argument(help="Annotations of one annotator.")],
    second: Annotated[str, typer.Argument(help="Those of another, of the same documents.")],
    by: Annotated[
        str | None,
        typer.Option(help="A table for each value of this field of meta (annotation.round, kind).", show_default=False),
    ] = None,
    bootstrap: Annotated[int, typer.Option(help="Resamples of documents for the intervals.", min=0)] = 1000,
    as_json: AsJson = False,
) -> None:
    """Print agreement as it is published: score, interval and Krippendorff's alpha of each layer and attribute.

    For what differs see govclaim corpus diff. Exit status 1 if documents could not be compared.
    """
    from govclaim.corpus import agreement as comparison
    from govclaim.corpus import reliability
    from govclaim.schema import to_json

    reader = _Reading()
    found = comparison.shared(reader.annotations([first]), reader.annotations([second]))
    groups = {
        name: (len(pairs), reliability.lines(*zip(*pairs, strict=True), bootstrap=bootstrap))
        for name, pairs in reliability.grouped(found.pairs, by).items()
    }
    if as_json:
        for name, (number, lines) in groups.items():
            told = {"group": name, "documents": number, "lines": [each.to_dict() for each in lines]}
            typer.echo(to_json(told))
    else:
        for name, (number, lines) in groups.items():
            title = f"{number:,} documents" if by is None else f"{by} {name or '—'}: {number:,} documents"
            _print_lines(title, lines)
    for id, reason in found.set_aside:
        complain(f"not compared: {reason}", f"record {id}", None)
    reader.close(len(found.set_aside))


def _print_lines(title: str, lines: Sequence[Line]) -> None:
    rows = []
    for each in lines:
        interval = "" if each.low is None or each.high is None else f"{each.low:.3f}…{each.high:.3f}"
        units = "" if each.number is None else f"{each.number:,} {each.units}"
        scored = (each.measure or "", _three(each.score), interval)
        rows.append((each.name, *scored, _number(each.first), _number(each.second), _three(each.alpha), units))
    columns = (title, "measure", "score", "95 %", "first", "second", "alpha", "of")
    _print(columns, rows, "llrrrrrl")


def _three(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


@corpus.command(
    epilog=examples(
        "govclaim corpus sample annotated.jsonl -n 50 -o next.jsonl",
        "govclaim corpus sample one.jsonl --beside two.jsonl --claims -n 100",
    )
)
@verb
def sample(
    paths: Paths,
    number: Annotated[int, typer.Option("-n", "--number", help="How many.", min=1)] = 20,
    beside: Annotated[
        str | None,
        typer.Option(help="Another annotation of the documents: choose where they differ.", show_default=False),
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Choose claims, not documents.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the chosen documents, or the list of claims, as JSON Lines."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines instead of a table.")] = False,
) -> None:
    """Choose what to correct next: where the annotation is least sure, or where two of them differ."""
    from govclaim.corpus import reading, sampling
    from govclaim.schema import to_json

    reader = _Reading()
    annotations = reader.annotations(paths)
    if beside is None:
        ranked = sampling.claims(annotations) if claims else sampling.documents(annotations)
    else:
        other = reader.annotations([beside])
        known = {each.id for each in annotations} & {each.id for each in other}
        both = [[each for each in side if each.id in known] for side in (annotations, other)]
        ranked = (sampling.differing_claims if claims else sampling.differing_documents)(*both)
    if not ranked and beside is None:
        hint = "annotations of govclaim annotate have one; or compare with --beside"
        raise InputError("nothing has a confidence", where=" ".join(paths), hint=hint)
    chosen = ranked[:number]
    lines = [to_json(each.to_dict()) + "\n" for each in chosen]
    if output and claims:
        with opened(output) as stream:
            stream.writelines(lines)
    elif output:
        held = {each.id: each for each in annotations}
        reading.write([held[each.document] for each in chosen], output)
    if as_json:
        typer.echo("".join(lines), nl=False)
    else:
        rows = [
            (each.document, each.claim or "", f"{float(each.doubt):.3f}", each.why, each.sentence or "")
            for each in chosen
        ]
        _print(("document", "claim", "doubt", "why", "sentence"), rows, "llrll")
    typer.echo(f"{len(chosen):,} of {len(ranked):,}" if ranked else "the two differ nowhere", err=True)
    reader.close()


# ---------------------------------------------------------------- stand-off


@corpus.command(epilog=examples("govclaim corpus dehydrate annotated.jsonl -o standoff.jsonl"))
@verb
def dehydrate(
    paths: Paths,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file (.jsonl).")],
    references: Annotated[
        Path | None,
        typer.Option(help="CSV with the column id and others that say where each text comes from.", show_default=False),
    ] = None,
) -> None:
    """Write annotations without their texts: offsets, labels, values, SHA-256, not a word of the text.

    For texts that may not be passed on; govclaim corpus hydrate puts them together again.
    """
    from govclaim.corpus import standoff
    from govclaim.schema import to_json

    reader = _Reading()
    documents = reader.documents(paths, distinct=True)
    named = _references(references) if references else {}
    with opened(output) as stream:
        for each in documents:
            stream.write(to_json(standoff.dehydrate(each.annotation, reference=named.get(each.id))) + "\n")
    without = sum(each.id not in named for each in documents) if references else 0
    more = f", {without:,} of them without a reference" if without else ""
    typer.echo(f"{output}: {len(documents):,} documents{more}", err=True)
    reader.close()


def _references(path: Path) -> dict[str, dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the references cannot be read ({error})", where=str(path), hint="check the path") from error
    if rows and "id" not in rows[0]:
        raise InputError("there is no column id", where=str(path), hint=f"it has {', '.join(rows[0])}")
    return {row["id"]: {name: cell for name, cell in row.items() if name != "id" and cell} for row in rows}


@corpus.command(epilog=examples("govclaim corpus hydrate standoff.jsonl --texts pages -o whole.jsonl"))
@verb
def hydrate(
    paths: Annotated[list[str], typer.Argument(help="Files that govclaim corpus dehydrate wrote.")],
    texts: Annotated[
        list[str], typer.Option(help="Folder or file of the texts (.txt .jsonl .csv …); may be repeated.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file (.jsonl or .jsonl.gz).")],
) -> None:
    """Put annotations together with your copy of their texts.

    A text is found by its SHA-256, whatever its file is called. One that differs by a single character is refused and
    named, and the rest goes on; exit status 1 if any is.
    """
    from govclaim.corpus import reading
    from govclaim.corpus import texts as library
    from govclaim.schema import Annotation

    found = library.gathered(texts)
    whole: list[Annotation] = []
    refused = 0
    for where, result in library.hydrated(_standoff(paths), found):
        if isinstance(result, Annotation):
            whole.append(result)
        else:
            refused += 1
            complain(result.message, result.where or where, result.hint)
    for unread in found.unread if refused else ():
        complain(unread.error, f"{unread.file}{':' + str(unread.line) if unread.line else ''}", unread.hint)
    reading.write(whole, output)
    typer.echo(f"{output}: {len(whole):,} documents, {refused:,} refused", err=True)
    if refused:
        raise typer.Exit(1)


def _standoff(paths: Iterable[str]) -> Iterator[tuple[str, Mapping[str, Any] | GovclaimError]]:
    from govclaim.corpus import reading, standoff

    for file, line, value in reading.values(paths):
        where = f"{file}:{line}" if line else file
        if isinstance(value, GovclaimError) or standoff.is_standoff(value):
            yield where, value
        else:
            yield where, InputError("it is no annotation without text", hint="govclaim corpus dehydrate writes them")


# ---------------------------------------------------------------- reading


class _Reading:
    """Reads for a verb: what is no annotation is told and left out, and the exit status says so in the end."""

    def __init__(self) -> None:
        self.left_out = 0

    def documents(self, paths: Iterable[str], *, distinct: bool = False) -> list[Document]:
        from govclaim.corpus import reading

        found: list[Document] = []
        seen: dict[str, str] = {}
        for each in reading.read(paths):
            if isinstance(each, reading.Unread):
                self.left_out += 1
                _tell_unread(each)
            elif distinct and each.id in seen:
                self.left_out += 1
                hint = "give each document its own id, or bring them together with govclaim corpus merge"
                complain(f"{seen[each.id]} has the id too; it is left out", f"{each.where}, record {each.id}", hint)
            else:
                seen[each.id] = each.where
                found.append(each)
        if not found:
            raise InputError("there are no annotations", where=" ".join(paths), hint="govclaim annotate makes them")
        return found

    def annotations(self, paths: Iterable[str]) -> list[Annotation]:
        return [each.annotation for each in self.documents(paths, distinct=True)]

    def close(self, other: int = 0) -> None:
        """End with status 1 where something was left out.

        Args:
            other: What the verb itself could not do.
        """
        if self.left_out + other:
            raise typer.Exit(1)


def _tell_unread(unread: Unread) -> None:
    first, *rest = unread.faults
    record = f", record {unread.id}" if unread.id else ""
    more = f" (and {len(rest)} more: govclaim corpus validate shows them)" if rest else ""
    complain(f"{first.path}: {first.message}{more}; it is left out", unread.where + record, first.hint)
