"""What goes in and comes out, as OpenAPI tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, WithJsonSchema

from govclaim import schema
from govclaim.batch.records import Record, taken
from govclaim.errors import SchemaError
from govclaim.pipeline.load import Rejected
from govclaim.service.clerk import Order, Problem
from govclaim.service.desk import Limits

__all__ = ["EXAMPLE", "Details", "Document", "Refusal", "State", "described", "order"]

EXAMPLE: dict[str, JsonValue] = {"id": "a1", "text": "去年，青石县新增学位2300余个。", "published": "2026-01-20"}
"""A document."""

_REFUSAL: dict[str, JsonValue] = {
    "error": "256 documents are waiting already",
    "hint": "send it again a little later, or send a batch",
    "reason": "queue_full",
    "status": 503,
    "request_id": "73fa8b7d1ffa4e0d9200ca0b96b8ad2d",
    "line": None,
    "id": None,
}

_Day = Annotated[
    str | None,
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
    Field(description="Day of publication, which relative times (去年) need."),
]


class Details(BaseModel):
    """Open metadata; ``published`` counts where the document itself has none."""

    model_config = ConfigDict(extra="allow", strict=True)

    published: _Day = None


class Document(BaseModel):
    """A document; further fields do no harm."""

    model_config = ConfigDict(extra="allow", strict=True, json_schema_extra={"examples": [dict(EXAMPLE)]})

    text: str = Field(description="It is never changed, and all offsets count its code points.")
    id: str | int | None = Field(None, description="Of the document; else one is made of its text.")
    published: _Day = None
    meta: Details | None = None
    title: Any = Field(None, description="Goes to `meta`, as do `source`, `url` and `place`.")
    source: Any = None
    url: Any = None
    place: Any = Field(None, description="Name or code of the place the page is about; helps subjects and links.")


class Refusal(BaseModel):
    """Why there is no annotation."""

    model_config = ConfigDict(json_schema_extra={"examples": [dict(_REFUSAL)]})

    error: str = Field(description="What was wrong.")
    hint: str | None = Field(description="What to do about it.")
    reason: str = Field(description="The same in a word, for programs.")
    status: int = Field(description="Of HTTP; of a line of a batch, the one it would have had alone.")
    request_id: str = Field(description="As in the header `X-Request-Id` and the service's log.")
    line: int | None = Field(None, description="Of a batch, from 1.")
    id: str | None = Field(None, description="Of the document, where it is known.")


class State(BaseModel):
    """How the service is."""

    status: str = Field(description="`ok`, or `busy` where a document that comes now is turned away.")
    govclaim: str = Field(description="Version.")
    workers: int = Field(description="Processes that annotate.")
    waiting: int = Field(description="Documents in work or waiting.")
    queue: int = Field(description="Documents that may wait.")


def order(raw: bytes, published: str | None, limits: Limits, wanted: Mapping[str, Any]) -> Order | Problem:
    """What is wanted, from the bytes of a document.

    Args:
        raw: JSON.
        published: Day if it has none.
        limits: Of the service.
        wanted: Options of ``Order``.
    """
    try:
        value = schema.parse_json(raw)
        if not isinstance(value, str):  # a text alone is a document too, as in files
            Document.model_validate(value)
    except SchemaError as error:
        return Problem(422, "no_json", error.message, "send one JSON object in UTF-8")
    except ValidationError as error:
        return _invalid(error)
    record = taken(value, published=published)
    if isinstance(record, Rejected):
        return Problem(422, "refused", record.error, record.hint)
    return _order(record, limits, wanted)


def _order(record: Record, limits: Limits, wanted: Mapping[str, Any]) -> Order | Problem:
    if len(record.text) > limits.characters:
        long = f"the text has {len(record.text):,} characters, and {limits.characters:,} are the most"
        return Problem(413, "long_text", long, "send it in pieces, or start the service with --max-characters")
    return Order(record.text, record.id, record.published, record.meta, **wanted)


def _invalid(error: ValidationError) -> Problem:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "the document"
    hint = f"a document is like {json.dumps(EXAMPLE, ensure_ascii=False)}"
    return Problem(422, "invalid", f"{place}: {first['msg']}", hint)


def described(api: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI of the routes, with the contract's own schema of an annotation.

    Args:
        api: As FastAPI makes it; changed in place.
    """
    whole = schema.json_schema()
    definitions = whole.pop("$defs")
    whole.pop("$schema")
    parts = {"Annotation": whole, **definitions, **_own()}
    api.setdefault("components", {}).setdefault("schemas", {}).update(_moved(parts))
    return api


def _own() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for model in (Document, Refusal, State):
        described = model.model_json_schema()
        made.update(described.pop("$defs", {}))
        made[model.__name__] = described
    return made


def _moved(value: Any) -> Any:
    """The same with references to where OpenAPI keeps its schemas."""
    if isinstance(value, dict):
        return {
            key: item.replace("#/$defs/", "#/components/schemas/")
            if key == "$ref" and isinstance(item, str)
            else _moved(item)
            for key, item in value.items()
        }
    return [_moved(item) for item in value] if isinstance(value, list) else value
