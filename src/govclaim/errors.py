"""All exceptions of govclaim.

::

    GovclaimError
    ├── InputError       a record, file or argument cannot be read
    ├── SchemaError      a JSON document breaks the annotation contract
    ├── KnowledgeError   a table of linguistic knowledge is faulty
    ├── ModelError       weights are missing, damaged or of another version
    ├── BackendError     a third-party tagger or segmenter answers with spans that do not fit
    ├── OutputError      a result cannot be written: no room, no right, or another run is writing it
    └── ResumeError      a batch cannot be resumed

Each carries ``where`` (file, line, record, JSON path) and ``hint`` (what to do).
"""

from __future__ import annotations

__all__ = [
    "BackendError",
    "GovclaimError",
    "InputError",
    "KnowledgeError",
    "ModelError",
    "OutputError",
    "ResumeError",
    "SchemaError",
]


class GovclaimError(Exception):
    """Base of every error that govclaim raises on purpose.

    Args:
        message: What was wrong, in one sentence.
        where: The place: file, line, record id or JSON path, as text.
        hint: What the reader can do about it.
    """

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}{self.message}{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments are lost by the default reduction; workers send errors home pickled.
        return (_rebuild, (type(self), self.message, self.where, self.hint))


def _rebuild(cls: type[GovclaimError], message: str, where: str | None, hint: str | None) -> GovclaimError:
    return cls(message, where=where, hint=hint)


class InputError(GovclaimError):
    """A record, file or argument cannot be read."""


class SchemaError(GovclaimError):
    """A JSON document breaks the annotation contract."""


class KnowledgeError(GovclaimError):
    """A table of linguistic knowledge is faulty."""


class ModelError(GovclaimError):
    """Model weights are missing, damaged or of another version."""


class BackendError(GovclaimError):
    """A third-party tagger or segmenter gives spans that do not fit its text."""


class OutputError(GovclaimError):
    """A result cannot be written."""


class ResumeError(GovclaimError):
    """A batch cannot be resumed because its input, model or knowledge changed."""
