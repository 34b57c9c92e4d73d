"""From annotated documents to a model's folder."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from govclaim import __version__, scoring
from govclaim.batch import sources
from govclaim.claims.weights import weights
from govclaim.corpus import reading
from govclaim.errors import InputError, ModelError
from govclaim.extras import required
from govclaim.knowledge import Knowledge
from govclaim.pipeline.backends import shipped_model
from govclaim.pipeline.model import STATISTICS, TAGGER, Model
from govclaim.schema import Annotation
from govclaim.scoring import Difference
from govclaim.training import card, corpus, folder, measuring, parts, selection, tagger
from govclaim.training.card import Source
from govclaim.training.parts import Part, Weights
from govclaim.training.selection import Choice
from govclaim.training.settings import Settings

__all__ = ["SCRATCH", "Outcome", "Parent", "Task", "started", "statistics", "train"]

SCRATCH = "scratch"
"""What the command line calls a start from nothing."""

Told = Callable[[str, int, int], object]
"""What is being done, how many steps of it are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be trained.

    Attributes:
        gold: Annotated documents to learn from.
        out: The folder that is to hold the model.
        settings: How.
        dev: Documents to choose and measure on; never learnt from.
        start: ``default`` for the shipped model, ``scratch`` for nothing, or a model's folder.
        force: Whether a model that stands at ``out`` may be replaced.
    """

    gold: tuple[Path, ...]
    out: Path
    settings: Settings
    dev: Path | None = None
    start: str = measuring.DEFAULT
    force: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A model that was trained.

    Attributes:
        model: As it stands in its folder.
        choices: For each part what was learnt.
        tagger: What became of the tagger, in words.
        scores: On the development documents: of what it started from (from nothing: of the shipped one), and of itself.
        left_out: Documents of gold that are development documents, too, and were not learnt from.
    """

    model: Model
    choices: Mapping[str, Choice]
    tagger: str
    scores: tuple[Difference, ...]
    left_out: int


@dataclass(slots=True)
class _Documents:
    gold: list[Annotation]
    dev: list[Annotation]
    sources: list[Source]
    left_out: int


@dataclass(frozen=True, slots=True)
class Parent:
    """What training starts from; nothing is known of a start from nothing.

    Attributes:
        model: If it is one.
        knowledge: The tables, with its weights.
        old: The weights of each part.
        bent: Of each part the curvature of each feature.
    """

    model: Model | None
    knowledge: Knowledge
    old: dict[str, Weights] = field(default_factory=dict)
    bent: dict[str, dict[str, float]] = field(default_factory=dict)


def train(task: Task, *, told: Told = lambda *_: None) -> Outcome:
    """Train a model and write its folder; the same task on the same machine gives the same weights.

    Args:
        task: What is to be trained.
        told: Called as it goes on.

    Returns:
        What was learnt.

    Raises:
        InputError: There is nothing to learn from, a document comes twice, or torch is missing.
        SchemaError: A document breaks the contract; with file, line and record.
        ModelError: The model to start from is missing or damaged.
        OutputError: The folder cannot be written, or something stands there.
    """
    folder.vacant(task.out, force=task.force)
    if "tagger" in task.settings.parts:
        _tagger_possible(task)
    parent = started(task.start)
    documents = _documents(task)
    files, bent = dict(_inherited(parent)), dict(parent.bent)
    choices: dict[str, Choice] = {}
    for name in parts.ALL:
        if name in task.settings.parts:
            choices[name] = _learnt(parts.ALL[name], documents, parent, task.settings, files, bent, told)
    files[STATISTICS] = folder.statistics(bent)
    said = "not trained"
    if "tagger" in task.settings.parts:
        said = _tuned(documents, parent, task.settings, files, told)
    facts = _facts(task, parent)
    scores = _scores(files, facts, parent, documents.dev, told) if documents.dev else ()
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    start = "from nothing" if parent.model is None else f"from {parent.model.identity} (SHA-256 {parent.model.digest})"
    text = card.written(task.settings, start, documents.sources, choices, said, scores, digests)
    folder.write(task.out, files, facts, text)
    return Outcome(Model.read(task.out), choices, said, scores, documents.left_out)


def _tagger_possible(task: Task) -> None:
    required("torch", "train")
    if task.start == SCRATCH:
        hint = "take --from default; models/recipe.toml tells how the shipped one was made"
        raise InputError("the tagger cannot be trained from annotated documents alone", hint=hint)


def _facts(task: Task, parent: Parent) -> dict[str, str]:
    facts = {"name": task.settings.name, "version": task.settings.version, "govclaim": __version__}
    if parent.model is not None:
        facts |= {"parent": parent.model.identity, "parent_sha256": parent.model.digest}
    return facts


# Documents -------------------------------------------------------------------------------------------


def _documents(task: Task) -> _Documents:
    """Read and check everything before anything is learnt."""
    gold, from_gold = _read(task.gold, "gold")
    dev, from_dev = _read([task.dev], "dev") if task.dev else ([], [])
    kept = corpus.without(gold, dev)
    if not any(each.claims for each in kept):
        what = "no document has a claim" if kept else "all documents are development documents"
        raise InputError(what, where=", ".join(map(str, task.gold)), hint="give annotated documents with claims")
    return _Documents(kept, dev, [*from_gold, *from_dev], len(gold) - len(kept))


def _read(paths: Iterable[Path], use: str) -> tuple[list[Annotation], list[Source]]:
    found: list[Annotation] = []
    origins: list[Source] = []
    places: dict[str, str] = {}
    for path in paths:
        for file in (each.path for each in sources.files([str(path)]) if sources.kind(each.path) in ("json", "lines")):
            documents = reading.sound([file])
            for each in documents:
                if each.id in places:
                    hint = f"it stands in {places[each.id]}, too; govclaim corpus merge puts files together"
                    raise InputError("a document comes twice", where=f"{file}, record {each.id}", hint=hint)
                places[each.id] = file
            found += documents
            digest = sha256(Path(file).read_bytes()).hexdigest()
            origins.append(Source(Path(file).name, use, len(documents), digest))
    if not found:
        raise InputError("there are no annotations", where=", ".join(map(str, paths)), hint="give .jsonl or .json")
    return found, origins


# Where it starts -------------------------------------------------------------------------------------


def started(start: str) -> Parent:
    """What training starts from.

    Args:
        start: ``default``, ``scratch``, or a model's folder.

    Raises:
        ModelError: The model is missing or damaged.
    """
    if start == SCRATCH:
        return Parent(None, Knowledge())
    shipped = start == measuring.DEFAULT
    model = Model.shipped() if shipped else Model.read(start)
    knowledge = Knowledge(None, None if shipped else model.folder)
    old = {name: weights(knowledge, part.file) for name, part in parts.ALL.items()}
    # A part that the folder does not know is the shipped one's, and so is how firmly it is known.
    bent = statistics(knowledge.folders[0] / STATISTICS)
    if not shipped and STATISTICS in model.digests:
        bent |= statistics(model.folder / STATISTICS)
    return Parent(model, knowledge, old, bent)


def statistics(path: Path) -> dict[str, dict[str, float]]:
    """What is kept of the documents that a model learnt from: for each part the curvature of each feature.

    Args:
        path: The file, as ``folder.statistics`` writes it.

    Raises:
        ModelError: It is missing or damaged.
    """
    found: dict[str, dict[str, float]] = {}
    try:
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()[1:]:
            part, name, value = line.split("\t")
            found.setdefault(part, {})[name] = float(value)
    except (OSError, ValueError) as error:
        hint = "copy the whole folder, or reinstall govclaim"
        raise ModelError(f"the model's statistics cannot be read ({error})", where=str(path), hint=hint) from error
    return found


def _inherited(parent: Parent) -> Iterable[tuple[str, bytes]]:
    """What a model that starts from a folder has of that folder; the shipped one's stays where it is."""
    if parent.model is not None and parent.knowledge.model is not None:
        for name in parent.model.digests:
            yield name, (parent.model.folder / name).read_bytes()


# Learning --------------------------------------------------------------------------------------------


def _learnt(
    part: Part[Any],
    documents: _Documents,
    parent: Parent,
    settings: Settings,
    files: dict[str, bytes],
    bent: dict[str, dict[str, float]],
    told: Told,
) -> Choice:
    """Learn one part; its weights go into ``files`` where they are new, its curvature into ``bent``."""
    old = parent.old.get(part.name)
    ways = _ways(part, old, parent.bent.get(part.name, {}), settings)
    fits = len(ways) if documents.dev else len(ways) * min(settings.folds, len(documents.gold)) + 1
    counter = _Counter(told, part.name, len(documents.gold) + len(documents.dev) + fits)
    gold, dev = (
        [counter.after(part.read(each, parent.knowledge, old or {})) for each in group]
        for group in (documents.gold, documents.dev)
    )
    choice = selection.best(
        part,
        ways,
        gold,
        dev or None,
        old=old,
        folds=settings.folds,
        seed=settings.seed,
        step=counter.step,
    )
    counter.end()
    if choice.label:
        files[part.file] = folder.packed(choice.weights, part.least if old is None else 0.01)
    known = bent.get(part.name, {})
    new = parts.curvature(part, gold, choice.weights)
    bent[part.name] = {name: known.get(name, 0.0) + new.get(name, 0.0) for name in sorted({*known, *new})}
    return choice


def _ways(
    part: Part[Any], old: Weights | None, bent: Weights, settings: Settings
) -> dict[str, Callable[[Sequence[Any]], Weights]]:
    """How it may learn, the most cautious way first."""
    if old is not None:
        keeps = sorted(settings.update.keep, reverse=True)
        return {f"keep {k:g}": partial(_adapted, part, old, bent, k, settings) for k in keeps}
    labelled = {", ".join(f"{key} {value:g}" for key, value in way.items()): way for way in part.options(settings)}
    return {label: partial(_fitted, part, way, settings.seed) for label, way in labelled.items()}


def _adapted(
    part: Part[Any], old: Weights, bent: Weights, keep: float, settings: Settings, documents: Sequence[Any]
) -> Weights:
    return parts.adapted(part, documents, old, bent, keep, settings)


def _fitted(part: Part[Any], options: Mapping[str, Any], seed: int, documents: Sequence[Any]) -> Weights:
    return part.fitted(documents, options, seed)


class _Counter:
    """Counts the steps of one thing."""

    def __init__(self, told: Told, what: str, total: int) -> None:
        self._told, self._what, self._total, self._done = told, what, total, 0
        told(what, 0, total)

    def step(self) -> None:
        self._done += 1
        self._told(self._what, self._done, self._total)

    def after(self, result: Any) -> Any:
        self.step()
        return result

    def end(self) -> None:
        self._told(self._what, self._total, self._total)


def _tuned(documents: _Documents, parent: Parent, settings: Settings, files: dict[str, bytes], told: Told) -> str:
    own = parent.model is not None and parent.knowledge.model is not None and TAGGER in parent.model.digests
    start = parent.model.folder if own and parent.model is not None else shipped_model()
    gold, dev = tagger.sentences(documents.gold), tagger.sentences(documents.dev)
    of = settings.tagger
    counter = _Counter(told, "tagger", of.epochs if dev else max(1, of.epochs // 2))
    content, epochs, scores = tagger.tuned(start, gold, dev, of, settings.seed, step=counter.step)
    if content is None:
        return f"the old weights (F1 {scores[0]:.4f} on the development documents; no epoch was better)"
    files[TAGGER] = content
    measured = f"; F1 on the development documents {scores[0]:.4f} before, {scores[epochs]:.4f} after" if scores else ""
    return f"{epochs} epochs{measured}"


def _scores(
    files: Mapping[str, bytes], facts: Mapping[str, str], parent: Parent, dev: Sequence[Annotation], told: Told
) -> tuple[Difference, ...]:
    """Of the development documents, before and after."""
    counter = _Counter(told, "scores", 2 * len(dev))
    with tempfile.TemporaryDirectory() as place:
        folder.write(Path(place) / "model", files, facts, "")
        models = [parent.knowledge.model, Path(place) / "model"]
        sides = [measuring.annotated(dev, measuring.pipeline(model), step=counter.step) for model in models]
    return scoring.differences(dev, *sides, bootstrap=2000)
