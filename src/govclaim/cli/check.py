"""`govclaim check`: whether the figures of a document can all be true together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govclaim.cli.frame import Knowledge, Model, Published, app, complain, examples, pipeline, verb

if TYPE_CHECKING:
    from govclaim.checking.rules import Finding
    from govclaim.schema import Annotation

__all__ = ["check"]


@app.command(
    epilog=examples(
        "govclaim check annotated.jsonl",
        "govclaim check news.txt --published 2026-01-20 --json",
    )
)
@verb
def check(
    paths: Annotated[
        list[str], typer.Argument(help="Annotations (.json .jsonl), or texts and records, which are annotated first.")
    ],
    published: Published = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line for each finding.")] = False,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Find figures that cannot all be true.

    With the claims and the arithmetic; exit status 1 if there are any.
    """
    from govclaim import knowledge as tables
    from govclaim.batch import documents
    from govclaim.checking import findings
    from govclaim.schema import Annotation

    known = tables.Knowledge(knowledge) if knowledge else None
    counts = {"documents": 0, "claims": 0, "findings": 0, "rejected": 0}
    for file, result in documents.read(paths, published=published, nlp=pipeline(model, knowledge)):
        if not isinstance(result, Annotation):
            counts["rejected"] += 1
            complain(result.error, f"{file}{':' + str(result.line) if result.line else ''}", result.hint)
            continue
        found = findings.check(result, knowledge=known)
        counts["documents"] += 1
        counts["claims"] += len(result.claims)
        counts["findings"] += len(found)
        for finding in found:
            typer.echo(_line(result, file, finding) if as_json else _paragraph(result, file, finding))
    typer.echo(", ".join(f"{number:,} {what}" for what, number in counts.items()), err=True)
    if counts["findings"] or counts["rejected"]:
        raise typer.Exit(1)


def _line(annotation: Annotation, file: str, finding: Finding) -> str:
    from govclaim.schema import to_json

    return to_json({"file": file, "document": annotation.id, **finding.to_dict()})


def _paragraph(annotation: Annotation, file: str, finding: Finding) -> str:
    """What is wrong, the arithmetic, and the sentences that say it."""
    said = {claim.id: claim.sentence for claim in annotation.claims}
    sentences = {sentence.id: "".join(sentence.text.split()) for sentence in annotation.sentences}
    where = dict.fromkeys(said[claim] for claim in finding.claims)
    place = annotation.id if file == "-" or Path(file).stem == annotation.id else f"{file}: {annotation.id}"
    head = f"{place}: {finding.kind} ({' '.join(finding.claims)}): {finding.message}"
    return "\n".join([head, f"    {finding.arithmetic}", *(f"    {each} {sentences[each]}" for each in where)])
