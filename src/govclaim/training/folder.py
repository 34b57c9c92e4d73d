"""A model's folder on disk: weights, ``model.toml``, card; it has its name only when it is whole."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from govclaim.errors import OutputError
from govclaim.pipeline.model import WEIGHTS, digest_key
from govclaim.recognizers.tagger import CONTRACT, LABELS

__all__ = ["FIRM", "packed", "statistics", "vacant", "write"]

FIRM = 0.5
"""A curvature below this holds no weight and is not written."""


def vacant(folder: Path, *, force: bool) -> None:
    """See that a model may be written.

    Args:
        folder: That is to hold it.
        force: Whether a model that stands there may be replaced.

    Raises:
        OutputError: Something stands there; with ``force``, something that is no model.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if not force:
        raise OutputError("there is something already", where=str(folder), hint="choose another name, or add --force")
    empty = folder.is_dir() and not any(folder.iterdir())
    if not (folder / "model.toml").is_file() and not empty:
        raise OutputError("what stands there is no model", where=str(folder), hint="choose another name")


def packed(weights: Mapping[str, float], least: float = 0.0) -> bytes:
    """A file of weights: the same weights, the same bytes.

    Args:
        weights: Of each feature.
        least: Weights nearer to zero are left out.
    """
    rows = sorted((name, round(value, 3)) for name, value in weights.items() if abs(value) >= least)
    return gzip.compress(
        "".join(["# feature, weight\n", *(f"{name}\t{v:g}\n" for name, v in rows if v)]).encode(), mtime=0
    )


def statistics(parts: Mapping[str, Mapping[str, float]]) -> bytes:
    """The file of curvatures, to two digits.

    Args:
        parts: For each part, of each feature.
    """
    lines = ["# part, feature, curvature of the likelihood of what was learnt from\n"]
    for part, found in parts.items():
        lines += [f"{part}\t{name}\t{value:.2g}\n" for name, value in sorted(found.items()) if value >= FIRM]
    return gzip.compress("".join(lines).encode(), mtime=0)


def write(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, str], card: str) -> None:
    """Write a model.

    Args:
        folder: That is to hold it; a model that stands there is replaced.
        files: Content of each file of weights.
        facts: What ``model.toml`` says besides: name, version, parent.
        card: ``MODEL_CARD.md``.

    Raises:
        OutputError: It cannot be written; what stood there is untouched.
    """
    digests = {digest_key(name): sha256(files[name]).hexdigest() for name in WEIGHTS if name in files}
    entries = {**facts, "contract": CONTRACT, "labels": list(LABELS), **digests}
    lines = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items())
    with _room(folder) as place:
        for name, content in files.items():
            (place / name).write_bytes(content)
        (place / "MODEL_CARD.md").write_text(card, encoding="utf-8", newline="\n")
        (place / "model.toml").write_text(lines, encoding="utf-8", newline="\n")


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """A folder beside it that takes its name at the end, or is gone."""
    place = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        place.chmod(0o755)
        yield place
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)) / "old"
            folder.rename(old)
            place.rename(folder)
            shutil.rmtree(old.parent)
        else:
            place.rename(folder)
    except OSError as error:
        hint = "choose another place"
        raise OutputError(f"the model cannot be written ({error.strerror})", where=str(folder), hint=hint) from error
    finally:
        if place is not None and place.exists():
            shutil.rmtree(place, ignore_errors=True)
