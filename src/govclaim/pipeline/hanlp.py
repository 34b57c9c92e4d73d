"""HanLP's recognisers of names, read from folders on this machine and nowhere else."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from govclaim.errors import BackendError
from govclaim.extras import required
from govclaim.pipeline.foreign import our_label, pieces
from govclaim.recognizers.tagger import Tagging

__all__ = ["HanlpEntities"]

_LONGEST = 256
_BATCH = 64


class HanlpEntities:
    """The names that a HanLP model finds, as an ``EntityTagger``.

    HanLP reads one character a token, so that whatever it does to a character moves no span.

    Args:
        path: Folder that HanLP's ``save`` or ``fit`` wrote; ``None`` for the model that ships. A name of HanLP's own
            catalogue is none: nothing is ever fetched.
        confidence: HanLP gives none.
        device: Number of a GPU; -1 for the processor.

    Raises:
        BackendError: hanlp is not installed, or there is no model that it can load from this folder alone.
    """

    def __init__(self, path: Path | str | None = None, confidence: float = 0.8, device: int = -1) -> None:
        self.folder = _shipped() if path is None else Path(path)
        self.confidence = confidence
        self.device = device
        self._recognizer = _loaded(self.folder, device)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.folder, self.confidence, self.device)

    @property
    def version(self) -> str:
        """Name of the model, for the annotation's ``producer``."""
        return f"hanlp:{self.folder.resolve().name}"

    def tag(self, texts: Sequence[str]) -> Sequence[Tagging]:
        """See ``EntityTagger``.

        Raises:
            BackendError: HanLP's answer does not fit the texts.
        """
        parts = [(row, start, part) for row, text in enumerate(texts) for start, part in pieces(text, _LONGEST)]
        answers = self._recognizer([list(part) for *_, part in parts], batch_size=_BATCH) if parts else []
        if not isinstance(answers, list) or len(answers) != len(parts):
            raise BackendError(
                f"HanLP answers {len(parts)} texts with {type(answers).__name__}",
                where=str(self.folder),
                hint="pass the folder of a recogniser of names (NER)",
            )
        found: list[list[tuple[int, int, str, float]]] = [[] for _ in texts]
        for (row, at, part), answer in zip(parts, answers, strict=True):
            for name, label, start, end in self._spans(answer):
                self._check(part, name, start, end)
                if (ours := our_label(label)) is not None:
                    found[row].append((at + start, at + end, ours, self.confidence))
        return [sorted(spans) for spans in found]

    def _spans(self, answer: Any) -> Iterator[tuple[str, str, int, int]]:
        try:
            for name, label, start, end in answer:
                yield str(name), str(label), int(start), int(end)
        except (TypeError, ValueError) as error:
            raise BackendError(
                f"HanLP answers with {str(answer)[:40]}, which are no names",
                where=str(self.folder),
                hint="pass the folder of a recogniser of names (NER)",
            ) from error

    def _check(self, text: str, name: str, start: int, end: int) -> None:
        if not 0 <= start < end <= len(text) or _plain(name) != _plain(text[start:end]):
            raise BackendError(
                f"HanLP says that {name!r} stands at ({start}, {end}) of {len(text)} characters",
                where=text[:40],
                hint="the model must take one character a token",
            )


def _plain(text: str) -> str:
    """What is the same in a name as HanLP prints it: spaces between tokens, width and case may differ."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shipped() -> Path:
    spec = find_spec("govclaim_hanlp")
    if spec is None or spec.origin is None:
        raise BackendError("the package govclaim_hanlp with our HanLP model is missing", hint="reinstall govclaim")
    return Path(spec.origin).parent


def _loaded(folder: Path, device: int) -> Any:
    hint = "pass the folder of a HanLP model on this machine: it holds config.json, vocabs.json and model.pt"
    # hanlp.load takes what is no folder for a name to download, and what fails to load for a reason to ask PyPI.
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackendError(f"there is no HanLP model in {folder}", where=str(folder), hint=hint) from error
    kind = config.get("classpath") if isinstance(config, dict) else None
    if not isinstance(kind, str):
        raise BackendError("its config.json names no class", where=str(folder), hint=hint)
    with _offline():
        made = required("hanlp_common.reflection", "hanlp", error=BackendError).object_from_classpath
        try:
            recognizer = made(kind)
            recognizer.load(str(folder), verbose=False, devices=device)
        except Exception as error:  # whatever HanLP, torch or a damaged file comes up with
            raise BackendError(f"HanLP cannot load the model ({error})", where=str(folder), hint=hint) from error
    return recognizer


@contextmanager
def _offline() -> Iterator[None]:
    """Let neither HanLP nor transformers fetch what a model's configuration names."""
    # Setting HF_HUB_OFFLINE in the environment would come too late where the hub's client is imported already.
    shut: tuple[tuple[Any, str, Any], ...] = (
        (required("hanlp.utils.io_util", "hanlp", error=BackendError), "download", _refuse),
        (required("huggingface_hub.constants", "hanlp", error=BackendError), "HF_HUB_OFFLINE", True),
    )
    before = [getattr(module, name) for module, name, _ in shut]
    for module, name, value in shut:
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name, _), value in zip(shut, before, strict=True):
            setattr(module, name, value)


def _refuse(url: str, *_: Any, **__: Any) -> str:
    raise OSError(f"it wants {url}, and nothing is ever fetched")
