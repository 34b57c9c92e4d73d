"""Chinese government news into data: sentences, entities and quantified claims with exact offsets.

The public names load on first use, so that ``import govclaim`` costs nothing; spaCy comes with the
first ``load`` or ``annotate``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govclaim.checking.verify import Verification
    from govclaim.errors import (
        BackendError,
        GovclaimError,
        InputError,
        KnowledgeError,
        ModelError,
        OutputError,
        ResumeError,
        SchemaError,
    )
    from govclaim.exports.report import render
    from govclaim.pipeline import backends
    from govclaim.pipeline.load import Rejected, annotate, annotate_batch, load
    from govclaim.pipeline.verification import verify
    from govclaim.schema import Annotation, dumps, json_schema, loads

__all__ = [
    "Annotation",
    "BackendError",
    "GovclaimError",
    "InputError",
    "KnowledgeError",
    "ModelError",
    "OutputError",
    "Rejected",
    "ResumeError",
    "SchemaError",
    "Verification",
    "__version__",
    "annotate",
    "annotate_batch",
    "backends",
    "dumps",
    "json_schema",
    "load",
    "loads",
    "render",
    "verify",
]

__version__ = "0.1.0"

_HOMES = {
    "Annotation": "govclaim.schema",
    "BackendError": "govclaim.errors",
    "GovclaimError": "govclaim.errors",
    "InputError": "govclaim.errors",
    "KnowledgeError": "govclaim.errors",
    "ModelError": "govclaim.errors",
    "OutputError": "govclaim.errors",
    "Rejected": "govclaim.pipeline.load",
    "ResumeError": "govclaim.errors",
    "SchemaError": "govclaim.errors",
    "Verification": "govclaim.checking.verify",
    "annotate": "govclaim.pipeline.load",
    "annotate_batch": "govclaim.pipeline.load",
    "dumps": "govclaim.schema",
    "json_schema": "govclaim.schema",
    "load": "govclaim.pipeline.load",
    "loads": "govclaim.schema",
    "render": "govclaim.exports.report",
    "verify": "govclaim.pipeline.verification",
}


def __getattr__(name: str) -> Any:
    if name == "backends":
        value: Any = import_module("govclaim.pipeline.backends")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
