"""What a model says of itself: ``MODEL_CARD.md``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from govclaim import __version__
from govclaim.scoring import Difference
from govclaim.training.selection import Choice
from govclaim.training.settings import Settings

__all__ = ["Source", "written"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was learnt from or measured on.

    Attributes:
        name: Of the file, without its folders.
        use: ``gold`` or ``dev``.
        documents: How many it has.
        sha256: Of the file.
    """

    name: str
    use: str
    documents: int
    sha256: str


def written(
    settings: Settings,
    start: str,
    sources: Sequence[Source],
    choices: Mapping[str, Choice],
    tagger: str,
    scores: Sequence[Difference],
    digests: Mapping[str, str],
) -> str:
    """The card, in Markdown; the same training gives the same card.

    Args:
        settings: Of the training.
        start: What it started from, in words.
        sources: All files.
        choices: Of each part that was trained.
        tagger: What became of the tagger, in words.
        scores: On the development documents, before and after.
        digests: SHA-256 of each file of weights.
    """
    lines = [f"# {settings.name}-{settings.version}", "", f"Trained by govclaim {__version__} {start}.", ""]
    lines += ["## Documents", "", "| file | use | documents | SHA-256 |", "|---|---|---|---|"]
    lines += [f"| {each.name} | {each.use} | {each.documents} | {each.sha256} |" for each in sources]
    held = "development documents" if any(each.use == "dev" for each in sources) else "documents left out in turn"
    lines += [
        "",
        "## What was learnt",
        "",
        f"Figures that get what is annotated, of those of {held}, on annotated layers:",
    ]
    lines += ["", "| part | chosen | figures | before | after |", "|---|---|---|---|---|"]
    lines += [_choice(name, choice) for name, choice in choices.items()]
    lines += ["", f"Tagger: {tagger}."]
    if scores:
        lines += ["", "## Scores", "", "On the bare texts of the development documents, on which the above was chosen:"]
        lines += ["", "| figure | before | after | difference | 95 % interval | p |", "|---|---|---|---|---|---|"]
        lines += [_score(row) for row in scores]
    lines += ["", "## Weights", "", "| file | SHA-256 |", "|---|---|"]
    lines += [f"| {name} | {digest} |" for name, digest in sorted(digests.items())]
    lines += ["", "## Settings", "", "```toml", *_toml(asdict(settings)), "```", ""]
    return "\n".join(lines)


def _choice(name: str, choice: Choice) -> str:
    before = "" if choice.before is None else choice.before
    return f"| {name} | {choice.label or 'the old weights'} | {choice.figures} | {before} | {choice.after} |"


def _score(row: Difference) -> str:
    cells = [f"{value:.3f}" if value is not None else "" for value in (row.first, row.second)]
    if row.difference is None or row.low is None or row.high is None:
        return f"| {row.name} | {' | '.join(cells)} | | | |"
    interval = f"{row.low:+.3f} … {row.high:+.3f}"
    return f"| {row.name} | {' | '.join(cells)} | {row.difference:+.3f} | {interval} | {row.p:.3f} |"


def _toml(content: Mapping[str, Any]) -> list[str]:
    flat = [f"{key} = {json.dumps(value)}" for key, value in content.items() if not isinstance(value, dict)]
    tables = {key: value for key, value in content.items() if isinstance(value, dict)}
    return flat + [line for key, value in tables.items() for line in ("", f"[{key}]", *_toml(value))]
