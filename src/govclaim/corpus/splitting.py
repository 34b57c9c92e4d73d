"""Which document belongs to which split, and the list that keeps it there."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from govclaim.corpus import similarity
from govclaim.corpus.reading import SPLITS, Document
from govclaim.errors import InputError
from govclaim.schema import Annotation

__all__ = ["LIST", "Listed", "assign", "digest", "frozen", "read_list", "written"]

LIST = "splits.csv"
"""Name of the frozen list in a corpus's folder."""

_COLUMNS = ("id", "split", "sha256")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the frozen list.

    Attributes:
        split: ``train``, ``dev`` or ``test``.
        sha256: Of the text, in UTF-8.
        where: File and line.
    """

    split: str
    sha256: str
    where: str = ""


def digest(annotation: Annotation) -> str:
    """SHA-256 of a document's text in UTF-8."""
    return sha256(annotation.text.encode("utf-8", "surrogatepass")).hexdigest()


def assign(
    documents: Sequence[Document],
    shares: Mapping[str, Fraction],
    *,
    seed: int,
    alike: Iterable[tuple[int, int]] = (),
    kept: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Give every document a split.

    Every genre is parted by the shares, what is left over from one carried on to the next. The order inside a genre
    is that of a hash of seed and id, so a document's neighbours do not depend on the machine or on the files' order.

    Args:
        documents: With ids that differ.
        shares: Of each split; they add up to 1.
        seed: Another seed, other splits.
        alike: Pairs of places of documents that must not be parted.
        kept: Splits that documents have already, by id; they stay there, and so does what is like them.

    Returns:
        The split of each document, by id.
    """
    before = dict(kept or {})
    families = _families(documents, alike)
    strata: dict[str, list[list[Document]]] = defaultdict(list)
    for members in families:
        strata[members[0].genre or ""].append(members)
    given: dict[str, str] = {}
    owed = dict.fromkeys(shares, Fraction(0))
    for genre in sorted(strata):
        size = sum(map(len, strata[genre]))
        for split, share in shares.items():
            owed[split] += share * size
        waiting = []
        for members in strata[genre]:
            held = next((before[each.id] for each in members if each.id in before), "")
            if not held:
                waiting.append(members)
                continue
            for each in members:
                _give([each], before.get(each.id, held), given, owed)
        for members in sorted(waiting, key=lambda members: _drawn(seed, members)):
            # The largest debt first; of equal ones the split that is named first.
            _give(members, max(shares, key=lambda split: owed[split]), given, owed)
    return given


def _families(documents: Sequence[Document], alike: Iterable[tuple[int, int]]) -> list[list[Document]]:
    first = similarity.groups(len(documents), alike)
    found: dict[object, list[Document]] = defaultdict(list)
    for place, document in enumerate(documents):
        found[first[place]].append(document)
    return list(found.values())


def _drawn(seed: int, members: Sequence[Document]) -> str:
    return sha256(f"{seed}\0{min(each.id for each in members)}".encode("utf-8", "surrogatepass")).hexdigest()


def _give(members: Sequence[Document], split: str, given: dict[str, str], owed: dict[str, Fraction]) -> None:
    for each in members:
        given[each.id] = split
        owed[split] = owed.get(split, Fraction(0)) - 1


def frozen(documents: Iterable[Document], splits: Mapping[str, str]) -> dict[str, Listed]:
    """The list of documents with their splits and the digests of their texts.

    Args:
        documents: Those with a split are listed.
        splits: By id.
    """
    return {each.id: Listed(splits[each.id], digest(each.annotation)) for each in documents if each.id in splits}


def written(listed: Mapping[str, Listed]) -> str:
    """The list as CSV, split by split and by id."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    rank = {split: place for place, split in enumerate(SPLITS)}
    for id, entry in sorted(listed.items(), key=lambda item: (rank.get(item[1].split, len(rank)), item[0])):
        writer.writerow((id, entry.split, entry.sha256))
    return stream.getvalue()


def read_list(path: Path) -> dict[str, Listed]:
    """Read a frozen list.

    Args:
        path: CSV with the columns ``id``, ``split`` and ``sha256``.

    Raises:
        InputError: It cannot be read, lacks a column, or lists an id twice.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the list cannot be read ({error})", where=str(path), hint="check the path") from error
    listed: dict[str, Listed] = {}
    for number, row in enumerate(rows, 2):
        where = f"{path}:{number}"
        if any(not row.get(column) for column in _COLUMNS):
            raise InputError("the line is not whole", where=where, hint=f"the columns are {', '.join(_COLUMNS)}")
        if row["split"] not in SPLITS:
            raise InputError(f"{row['split']!r} is no split", where=where, hint=f"there are {', '.join(SPLITS)}")
        if row["id"] in listed:
            raise InputError(f"{row['id']!r} is listed twice", where=where, hint="strike one out")
        listed[row["id"]] = Listed(row["split"], row["sha256"], where)
    return listed
