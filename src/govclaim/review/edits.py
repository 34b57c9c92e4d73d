"""What a person changes in an annotation: each edit is a value, and applying it a pure function.

An edit keeps the contract or is refused with the reason. What follows from it is done with it: a figure that is
deleted takes its claims along, a claim's own span grows with its parts, the tally names what now holds a numeral.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypeVar, Union

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from govclaim import schema
from govclaim.errors import SchemaError
from govclaim.schema import Annotation, Claim, Quantity
from govclaim.spans import Span
from govclaim.text import sentences

__all__ = [
    "Accept",
    "AddClaim",
    "AddSpan",
    "Adopt",
    "Author",
    "Delete",
    "Edit",
    "MovePart",
    "MoveSpan",
    "Proposer",
    "SetField",
    "SetStatus",
    "Settle",
    "apply",
    "parse",
]

Layer = Literal["entities", "quantities", "times"]
Role = Literal["indicator", "subject", "scope", "base", "attribution"]
Proposer = Callable[[Annotation, str, Span], Mapping[str, Any]]
"""From annotation, layer and span to what the fields of a new item may be."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who edits, and on which day (ISO 8601)."""

    name: str
    day: str


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AddSpan(_Edit):
    """A new name, figure or time; its fields are proposed by the grammar."""

    op: Literal["add"] = "add"
    layer: Layer
    start: int
    end: int
    label: schema.Label | None = None


class MoveSpan(_Edit):
    """Other ends for a name, figure or time."""

    op: Literal["move"] = "move"
    layer: Layer
    id: str
    start: int
    end: int


class Delete(_Edit):
    """Away with an item, and with the claims of a figure."""

    op: Literal["delete"] = "delete"
    layer: Literal["entities", "quantities", "times", "claims"]
    id: str


class SetField(_Edit):
    """One field's value, as text; ``None`` or an empty text for not known."""

    op: Literal["set"] = "set"
    layer: Literal["sentences", "entities", "quantities", "times", "claims"]
    id: str
    field: str
    value: str | None


class MovePart(_Edit):
    """Where a claim's part stands; without ends the claim has none."""

    op: Literal["part"] = "part"
    id: str
    role: Role
    start: int | None = None
    end: int | None = None


class AddClaim(_Edit):
    """A claim of a figure that had none, or one more."""

    op: Literal["claim"] = "claim"
    quantity: str
    type: schema.ClaimType


class Accept(_Edit):
    """An item is right as it is; again, and it is open once more."""

    op: Literal["accept"] = "accept"
    layer: Literal["entities", "quantities", "times", "claims"]
    id: str


class SetStatus(_Edit):
    """How far the document's review is."""

    op: Literal["status"] = "status"
    status: Literal["in progress", "done"]


class Adopt(_Edit):
    """An item of the second annotator takes the place of ours, or is added."""

    op: Literal["adopt"] = "adopt"
    layer: Literal["entities", "quantities", "times", "claims"]
    id: str
    instead: str | None = None


class Settle(_Edit):
    """A difference from the second annotator was looked at, and ours stays."""

    op: Literal["settle"] = "settle"
    key: str


Edit = Annotated[
    Union[AddSpan, MoveSpan, Delete, SetField, MovePart, AddClaim, Accept, SetStatus, Adopt, Settle],  # noqa: UP007
    Field(discriminator="op"),
]
_EDIT: TypeAdapter[Any] = TypeAdapter(Edit)

_FIELDS: dict[str, frozenset[str]] = {
    "sentences": frozenset({"kind", "comment"}),
    "entities": frozenset({"label", "subtype", "link", "comment"}),
    "quantities": frozenset({"value", "lower", "upper", "unit", "dimension", "bound", "expresses", "comment"}),
    "times": frozenset({"kind", "value", "comment"}),
    "claims": frozenset(
        {
            "type",
            "indicator_name",
            "direction",
            "basis",
            "period",
            "modality",
            "polarity",
            "comment",
            "entity",
            "quoted",
        }
    ),
}
_NUMBERS = frozenset({"value", "lower", "upper"})
_PREFIX = {"entities": "e", "quantities": "q", "times": "t", "claims": "c"}
_ROLE = {"entities": "name", "quantities": "quantity", "times": "time"}
_MODEL: dict[str, type[BaseModel]] = {
    "sentences": schema.Sentence,
    "entities": schema.Entity,
    "quantities": schema.Quantity,
    "times": schema.Time,
    "claims": schema.Claim,
}
_UNREAD: dict[str, dict[str, Any]] = {
    "entities": {"label": "LOC"},
    "quantities": {
        **dict.fromkeys(("value", "lower", "upper", "unit", "bound_span")),
        "dimension": "other",
        "bound": "exact",
    },
    "times": {"kind": "date", "value": None},
}
"""The fields of a new item of which the grammar knows nothing."""

M = TypeVar("M", bound=BaseModel)


def parse(raw: Any) -> Edit:
    """An edit from plain JSON values.

    Raises:
        SchemaError: It is none.
    """
    try:
        edit: Edit = _EDIT.validate_python(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or None
        raise SchemaError(f"this is no edit: {first['msg']}", where=place, hint="reload the page") from error
    return edit


def apply(
    annotation: Annotation,
    edit: Edit,
    author: Author,
    *,
    propose: Proposer | None = None,
    second: Annotation | None = None,
) -> Annotation:
    """Apply one edit.

    Args:
        annotation: Before it.
        edit: What to change.
        author: Who does, for ``meta.annotation`` and the items' ``source``.
        propose: Reads the fields of a new or moved span; ``None`` leaves them unknown.
        second: The other annotator's reading of the text, for ``Adopt``.

    Returns:
        The annotation after it; it keeps the contract if the one before did.

    Raises:
        SchemaError: The edit breaks the contract, or names what there is not.
    """
    change = _Change(annotation, author, propose, second)
    getattr(change, f"_{edit.op}")(edit)
    return change.done()


class _Change:
    """An annotation while an edit is applied to it: layers as lists, rewritten one after the other."""

    def __init__(
        self, annotation: Annotation, author: Author, propose: Proposer | None, second: Annotation | None
    ) -> None:
        self.before = annotation
        self.author = author
        self.propose = propose
        self.second = second
        self.layers: dict[str, list[Any]] = {layer: list(getattr(annotation, layer)) for layer in _MODEL}
        self.numerals = None if annotation.numerals is None else list(annotation.numerals)
        self.record: dict[str, Any] = {}

    def done(self) -> Annotation:
        update: dict[str, Any] = {
            layer: tuple(items) for layer, items in self.layers.items() if not _same(items, getattr(self.before, layer))
        }
        if self.numerals is not None and tuple(self.numerals) != self.before.numerals:
            update["numerals"] = tuple(self.numerals)
        update["meta"] = self._meta()
        annotation = self.before.model_copy(update=update)
        schema.check(annotation)
        return annotation

    def _meta(self) -> schema.Meta:
        known = self.before.meta.get("annotation")
        known = dict(known) if isinstance(known, Mapping) else {}
        record = {"status": "in progress", **self.record, "annotator": self.author.name, "date": self.author.day}
        return _changed(self.before.meta, annotation={**known, **record})

    # ---- the edits, by their op

    def _add(self, edit: AddSpan) -> None:
        self.add(edit.layer, Span(edit.start, edit.end), {} if edit.label is None else {"label": edit.label})

    def _move(self, edit: MoveSpan) -> None:
        self.move(edit.layer, self.item(edit.layer, edit.id), Span(edit.start, edit.end))

    def _delete(self, edit: Delete) -> None:
        self.delete(edit.layer, self.item(edit.layer, edit.id))

    def _set(self, edit: SetField) -> None:
        if edit.field not in _FIELDS[edit.layer]:
            raise SchemaError(f"{edit.field} of {edit.layer} cannot be set", hint="reload the page")
        item = self.item(edit.layer, edit.id)
        value: Any = edit.value or None
        if edit.field == "entity":
            self.replace("claims", item, subject=_linked(item.subject, value))
        elif edit.field == "quoted":
            self.replace("claims", item, attribution=_quoted(item.attribution, value == "true"))
        elif edit.field == "type":
            self.replace("claims", item, **_of_type(item, value))
        elif edit.layer == "quantities":
            number = _number(value) if edit.field in _NUMBERS else value
            stale = {"si": None} if edit.field in _NUMBERS | {"unit"} and item.si is not None else {}
            self.replace("quantities", item, **{edit.field: number}, **stale)
        else:
            self.replace(edit.layer, item, **{edit.field: value})

    def _part(self, edit: MovePart) -> None:
        claim = self.item("claims", edit.id)
        if edit.start is None or edit.end is None:
            self.replace("claims", claim, **{edit.role: None})
        else:
            self.replace("claims", claim, **{edit.role: self.mention(edit.role, Span(edit.start, edit.end))})
        self.stretch(edit.id)

    def _claim(self, edit: AddClaim) -> None:
        quantity = self.item("quantities", edit.quantity)
        fields: dict[str, Any] = dict.fromkeys(
            ("indicator", "subject", "direction", "basis", "scope", "period", "attribution")
        )
        fields |= {"type": edit.type, "modality": "actual", "polarity": "affirmed"}
        if edit.type == "change":
            fields |= {"direction": "increase", "basis": "none"}
        self.add_claim(quantity, fields)

    def _accept(self, edit: Accept) -> None:
        item = self.item(edit.layer, edit.id)
        accepted = (item.__pydantic_extra__ or {}).get("reviewed") == "accepted"
        self.put(edit.layer, item, _changed(item, reviewed=None if accepted else "accepted"))

    def _status(self, edit: SetStatus) -> None:
        self.record["status"] = edit.status

    def _settle(self, edit: Settle) -> None:
        known = self.before.meta.get("annotation")
        settled = known.get("settled", []) if isinstance(known, Mapping) else []
        self.record["settled"] = [*(key for key in settled if key != edit.key), edit.key]

    def _adopt(self, edit: Adopt) -> None:
        if self.second is None:
            raise SchemaError("there is no second annotator", hint="start with --second FILE")
        theirs = _found(getattr(self.second, edit.layer), edit.layer, edit.id)
        if edit.layer == "claims":
            self.adopt_claim(theirs, edit.instead)
        else:
            self.adopt_item(edit.layer, theirs, edit.instead)

    # ---- what they are made of

    def item(self, layer: str, id: str) -> Any:
        return _found(self.layers[layer], layer, id)

    def put(self, layer: str, old: Any, new: Any) -> None:
        items = self.layers[layer]
        items[items.index(old)] = new

    def replace(self, layer: str, item: Any, **fields: Any) -> Any:
        """The item with other fields, made by the author: sure, and looked at."""
        new = _changed(item, **fields, **({} if layer == "sentences" else self.signed()))
        self.put(layer, item, new)
        return new

    def signed(self) -> dict[str, Any]:
        return {"confidence": None, "source": f"human:{self.author.name}", "reviewed": "accepted"}

    def add(self, layer: str, span: Span, given: Mapping[str, Any]) -> Any:
        where = self.place(span)
        self.free(layer, span, None)
        proposed = {} if self.propose is None else self.propose(self.before, layer, span)
        fields = {**_UNREAD[layer], **proposed, **given, **where, **self.signed()}
        new = _built(_MODEL[layer], {"id": self.fresh(layer), **fields})
        items = self.layers[layer]
        at = next((i for i, item in enumerate(items) if item.start > span.start), len(items))
        items.insert(at, new)
        self.account(layer, new)
        return new

    def move(self, layer: str, item: Any, span: Span) -> None:
        where = self.place(span)
        self.free(layer, span, item)
        proposed = {} if self.propose is None or layer == "entities" else self.propose(self.before, layer, span)
        new = self.replace(layer, item, **proposed, **where)
        self.layers[layer].sort(key=lambda one: one.start)
        self.account(layer, new)
        if layer == "quantities":
            for claim in [one for one in self.layers["claims"] if one.quantity == item.id]:
                self.put("claims", claim, _changed(claim, sentence=new.sentence))
                self.stretch(claim.id)

    def delete(self, layer: str, item: Any) -> None:
        self.layers[layer].remove(item)
        if layer == "quantities":
            self.layers["claims"] = [claim for claim in self.layers["claims"] if claim.quantity != item.id]
        elif layer != "claims":
            self.layers["claims"] = [_without(claim, layer, item.id) for claim in self.layers["claims"]]
        if self.numerals is not None:
            self.numerals = [
                _changed(run, ref=None, role="other") if run.ref == item.id else run for run in self.numerals
            ]

    def add_claim(self, quantity: Quantity, fields: Mapping[str, Any]) -> Claim:
        own = {"id": self.fresh("claims"), "sentence": quantity.sentence, "quantity": quantity.id}
        claim: Claim = _built(schema.Claim, {**own, **fields, **self.signed()})
        starts = {one.id: one.start for one in self.layers["quantities"]}
        claims = self.layers["claims"]
        at = next((i for i, one in enumerate(claims) if starts[one.quantity] > quantity.start), len(claims))
        claims.insert(at, claim)
        self.stretch(claim.id)
        return claim

    def adopt_item(self, layer: str, theirs: Any, instead: str | None) -> Any:
        items = self.layers[layer]
        ours = next((one for one in items if one.id == instead), None) or next(
            (one for one in items if (one.start, one.end) == (theirs.start, theirs.end)), None
        )
        where = self.place(Span(theirs.start, theirs.end))
        fields = {**_given(theirs), **where, **self.signed()}
        fields.pop("id")
        if ours is None:
            return self.add(layer, Span(theirs.start, theirs.end), fields)
        self.free(layer, Span(theirs.start, theirs.end), ours)
        new = _changed(ours, **fields)
        self.put(layer, ours, new)
        self.account(layer, new)
        return new

    def adopt_claim(self, theirs: Claim, instead: str | None) -> None:
        assert self.second is not None
        quantity = self.adopted("quantities", theirs.quantity)
        fields = {**_given(theirs), **self.signed(), "quantity": quantity.id, "sentence": quantity.sentence}
        fields["period"] = None if theirs.period is None else self.adopted("times", theirs.period).id
        for name in ("subject", "base", "attribution"):
            fields[name] = self.linked(getattr(theirs, name))
        fields.pop("id")
        if instead is None:
            self.add_claim(quantity, fields)
            return
        ours = self.item("claims", instead)
        self.put("claims", ours, _changed(ours, **fields))
        self.stretch(ours.id)

    def adopted(self, layer: str, id: str) -> Any:
        """Our item where the second annotator has ``id``; theirs where we have none."""
        theirs = _found(getattr(self.second, layer), layer, id)
        same = (one for one in self.layers[layer] if (one.start, one.end) == (theirs.start, theirs.end))
        return next(same, None) or self.adopt_item(layer, theirs, None)

    def linked(self, mention: Any) -> Any:
        """A mention of the second annotator with our ids."""
        if mention is None:
            return None
        links: dict[str, str | None] = {}
        for name, layer in (("entity", "entities"), ("time", "times")):
            id = getattr(mention, name, None)
            if id is not None:
                theirs = _found(getattr(self.second, layer), layer, id)
                same = (one.id for one in self.layers[layer] if (one.start, one.end) == (theirs.start, theirs.end))
                links[name] = next(same, None)
        return _changed(mention, **links)

    def place(self, span: Span) -> dict[str, Any]:
        """Ends, text, surface and sentence of a span, which lies in one sentence."""
        sentence = self.sentence(span)
        return {**_spelled(self.before.text, span, sentence), "sentence": sentence.id}

    def sentence(self, span: Span) -> schema.Sentence:
        text = self.before.text
        if not 0 <= span.start < span.end <= len(text):
            raise SchemaError(f"there is no stretch [{span.start}, {span.end})", hint="mark at least one character")
        for sentence in self.layers["sentences"]:
            if sentence.start <= span.start < sentence.end:
                if span.end <= sentence.end:
                    return sentence  # type: ignore[no-any-return]
                message = f"“{span.of(text)}” runs beyond the end of sentence {sentence.id}"
                raise SchemaError(message, hint="mark a stretch inside one sentence")
        raise SchemaError(f"“{span.of(text)}” stands in no sentence", hint="mark a stretch inside one sentence")

    def free(self, layer: str, span: Span, but: Any) -> None:
        for item in self.layers[layer]:
            if item is not but and item.start < span.end and span.start < item.end:
                message = f"“{span.of(self.before.text)}” overlaps “{item.text}” ({item.id}) of the same layer"
                raise SchemaError(message, hint="delete or move the other one first")

    def mention(self, role: str, span: Span) -> dict[str, Any]:
        found = _spelled(self.before.text, span, self.sentence(span))
        inside = {
            layer: next((one.id for one in self.layers[layer] if _contains(span, one)), None)
            for layer in ("entities", "times")
        }
        if role in ("subject", "attribution"):
            found["entity"] = inside["entities"]
        if role == "attribution":
            found["quoted"] = False
        if role == "base":
            found |= {"time": inside["times"], "entity": None if inside["times"] else inside["entities"]}
        return found

    def stretch(self, id: str) -> None:
        """The claim's own span: the smallest over its parts in the figure's sentence."""
        claim = self.item("claims", id)
        quantity = self.item("quantities", claim.quantity)
        sentence = self.item("sentences", quantity.sentence)
        parts = [quantity, quantity.bound_span, claim.indicator, claim.scope, claim.base]
        inside = [part for part in parts if part and sentence.start <= part.start and part.end <= sentence.end]
        whole = Span(min(part.start for part in inside), max(part.end for part in inside))
        self.put("claims", claim, _changed(claim, **_spelled(self.before.text, whole, sentence)))

    def account(self, layer: str, item: Any) -> None:
        """The tally says of the numerals inside the item that it holds them, and of those it left that none does."""
        for index, run in enumerate(self.numerals or ()):
            if item.start <= run.start and run.end <= item.end:
                self.numerals[index] = _changed(run, role=_ROLE[layer], ref=item.id)  # type: ignore[index]
            elif run.ref == item.id:
                self.numerals[index] = _changed(run, role="other", ref=None)  # type: ignore[index]

    def fresh(self, layer: str) -> str:
        prefix = _PREFIX[layer]
        taken = {item.id for items in self.layers.values() for item in items}
        numbers = [int(id[len(prefix) :]) for id in taken if re.fullmatch(rf"{prefix}[0-9]{{1,9}}", id)]
        return f"{prefix}{max(numbers, default=0) + 1}"


def _same(now: Iterable[Any], then: Iterable[Any]) -> bool:
    return [id(item) for item in now] == [id(item) for item in then]


def _found(items: Iterable[Any], layer: str, id: str) -> Any:
    for item in items:
        if item.id == id:
            return item
    raise SchemaError(f"there is no {id!r} in {layer}", hint="it may be deleted already; reload the page")


def _given(model: BaseModel) -> dict[str, Any]:
    """The fields that were given, known or not: what ``dumps`` writes."""
    fields = {name: value for name, value in model if name in model.model_fields_set}
    return {**fields, **(model.__pydantic_extra__ or {})}


def _changed(model: M, **fields: Any) -> M:
    """The model with other fields, checked; what is given as ``None`` and was not there before stays away."""
    known = _given(model)
    declared = type(model).model_fields
    for name, value in fields.items():
        if value is not None or (name in declared and (name in known or declared[name].is_required())):
            known[name] = value
        else:
            known.pop(name, None)
    return _built(type(model), known)


def _built(model: type[M], fields: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{place} cannot be {first['input']!r}: {first['msg']}"
        raise SchemaError(message, hint="give a value that the contract names (docs/json.md)") from error


def _spelled(text: str, span: Span, sentence: schema.Sentence) -> dict[str, Any]:
    surface = sentences.surface(text, Span(sentence.start, sentence.end))
    inside = surface.from_document(span)
    words = span.of(text)
    return {
        "start": span.start,
        "end": span.end,
        "text": words,
        "surface": words if len(inside) == len(span) else surface.unfolded(text, inside),
    }


def _contains(span: Span, item: Any) -> bool:
    return bool(span.start <= item.start and item.end <= span.end)


def _number(value: str | None) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(value.replace(",", "").replace("−", "-").strip())
    except InvalidOperation as error:
        raise SchemaError(f"{value!r} is no number", hint="write digits, like 1402000000 or 15.27") from error
    return number


def _linked(subject: Any, entity: str | None) -> Any:
    if subject is None:
        raise SchemaError("the claim has no subject that could be linked", hint="mark the subject first")
    return _changed(subject, entity=entity)


def _quoted(attribution: Any, quoted: bool) -> Any:
    if attribution is None:
        raise SchemaError("the claim names nobody who says it", hint="mark the speaker first")
    return _changed(attribution, quoted=quoted)


def _of_type(claim: Claim, type: Any) -> dict[str, Any]:
    """The type, and the fields that only some types have."""
    fields: dict[str, Any] = {"type": type}
    if type == "change":
        fields |= {"direction": claim.direction or "increase", "basis": claim.basis or "none"}
    else:
        fields |= {"direction": None, "basis": None, "base": None}
    if type not in ("rank", "share"):
        fields["scope"] = None
    return fields


def _without(claim: Claim, layer: str, id: str) -> Claim:
    """The claim without links to an item that is gone."""
    fields: dict[str, Any] = {}
    if layer == "times" and claim.period == id:
        fields["period"] = None
    for name, link in (("subject", "entity"), ("base", "entity"), ("base", "time"), ("attribution", "entity")):
        mention = fields.get(name, getattr(claim, name))
        if mention is not None and getattr(mention, link, None) == id:
            fields[name] = _changed(mention, **{link: None})
    return _changed(claim, **fields) if fields else claim
