"""The shape of a jsonb value as a tree: what its editor and its tables are made of.

It is made from the msgspec type that the declaration gives, so a page asks for exactly what the API accepts.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from motorpool.core.errors import FieldProblem
from motorpool.core.resource.request import readable
from motorpool.web import formats

Kind = Literal[
    "group", "rows", "list", "map", "text", "long_text", "number", "boolean", "choice", "date", "clock", "time",
    "reference", "references", "value", "json",
]  # fmt: skip
#: Deeper than this a value is written as JSON.
DEEPEST = 4
#: Texts that may be longer than this get more than a line.
ONE_LINE = 300


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a value. `type` is what msgspec checks it against."""

    kind: Kind
    label: str
    type: Any
    name: str = ""
    help: str | None = None
    required: bool = False
    children: tuple[Node, ...] = ()
    #: Of `rows`, `list` and `map`: an element.
    item: Node | None = None
    choices: tuple[str, ...] = ()
    target: str | None = None
    step: str | None = None
    max_length: int | None = None
    default: Any = None

    @property
    def is_plain(self) -> bool:
        """Whether it fits into one cell."""
        return self.kind not in ("group", "rows", "map", "json")

    @property
    def is_flat(self) -> bool:
        """Whether its rows fit into the lines of a table."""
        item = self.item
        return item is not None and item.kind == "group" and all(child.is_plain for child in item.children)

    @property
    def is_numeric(self) -> bool:
        return self.kind == "number"


def structure_of(shape: Any, label: str, references: Mapping[str, str]) -> Node:
    """`references`: path below the column (`[*].part_id`) -> table."""
    return _node(shape, label, "", references, 0)


def _node(shape: Any, label: str, path: str, references: Mapping[str, str], depth: int) -> Node:
    bare, help_, limits, is_optional = _bare(shape)
    target = references.get(path)
    made: dict[str, Any] = {"label": label, "type": shape, "help": help_}
    if depth > DEEPEST:
        return Node("json", **made)
    if bare is bool and is_optional:
        # Not known is an answer of its own, which a box to tick cannot give.
        return Node("choice", choices=("true", "false"), **made)
    origin = get_origin(bare)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        return Node("group", children=tuple(_fields(bare, path, references, depth)), **made)
    if origin is list:
        item = _node(get_args(bare)[0], singular(label), f"{path}[*]", references, depth + 1)
        if item.kind == "reference":
            return Node("references", target=item.target, item=item, **made)
        if item.kind in ("text", "choice", "number", "date"):
            return Node("list", item=item, choices=item.choices, **made)
        return Node("rows" if item.kind == "group" else "json", item=item, **made)
    if origin is dict:
        item = _node(get_args(bare)[1], "Value", f"{path}.*", references, depth + 1)
        return Node("map" if item.is_plain or item.kind == "group" else "json", item=item, **made)
    if origin is Literal:
        values = get_args(bare)
        if all(isinstance(value, str) for value in values):
            return Node("choice", choices=values, **made)
        return Node("value", **made)
    if origin in (Union, types.UnionType):
        scalar = all(part in (str, int, float, bool) for part in get_args(bare))
        return Node("value" if scalar or _is_scalar_or_list(bare) else "json", **made)
    return _leaf(bare, target, limits, made)


def _leaf(bare: Any, target: str | None, limits: Mapping[str, Any], made: dict[str, Any]) -> Node:
    if target or bare is UUID:
        return Node("reference" if target else "text", target=target, **made)
    if bare is str:
        longest = limits.get("max_length")
        kind: Kind = "long_text" if longest and longest > ONE_LINE * 2 else "text"
        return Node(kind, max_length=longest, **made)
    kinds: dict[Any, tuple[Kind, str | None]] = {
        bool: ("boolean", None),
        int: ("number", "1"),
        float: ("number", "any"),
        Decimal: ("number", "any"),
        date: ("date", None),
        datetime: ("time", None),
        time: ("clock", None),
    }
    found, step = kinds.get(bare, ("json", None))
    return Node(found, step=step, **made)


def _fields(
    struct: type[msgspec.Struct], path: str, references: Mapping[str, str], depth: int
) -> Iterator[Node]:
    hints = get_type_hints(struct, include_extras=True)
    for one in msgspec.structs.fields(struct):
        name = one.encode_name
        made = _node(hints[one.name], formats.label(name), f"{path}.{name}", references, depth + 1)
        default = None if one.default is msgspec.NODEFAULT else one.default
        yield Node(
            **{slot: getattr(made, slot) for slot in Node.__slots__}
            | {"name": name, "required": one.required, "default": default}
        )


def _bare(shape: Any) -> tuple[Any, str | None, dict[str, Any], bool]:
    """A type without null and annotations, its description and its limits, and whether null was among it."""
    help_: str | None = None
    is_optional = False
    limits: dict[str, Any] = {}
    while True:
        if get_origin(shape) is Annotated:
            shape, *notes = get_args(shape)
            for note in notes:
                if isinstance(note, msgspec.Meta):
                    help_ = help_ or note.description
                    limits |= {"max_length": note.max_length} if note.max_length else {}
            continue
        if get_origin(shape) in (Union, types.UnionType):
            parts = [part for part in get_args(shape) if part is not type(None)]
            if len(parts) == 1:
                shape, is_optional = parts[0], True
                continue
        return shape, help_, limits, is_optional


def _is_scalar_or_list(shape: Any) -> bool:
    parts = [part for part in get_args(shape) if part is not type(None)]
    plain = (str, int, float, bool)
    return str in parts and all(part in plain or get_origin(part) is list for part in parts)


def singular(label: str) -> str:
    """`Line items` -> `Line item`, for a button that adds one."""
    if label.endswith("ies"):
        return label[:-3] + "y"
    if label.endswith("ses"):
        return label[:-2]
    return label[:-1] if label.endswith("s") and not label.endswith("ss") else label


# -- from posted texts to a value


@dataclass(slots=True)
class Posted:
    """The fields of a form under one name, as a tree: `items[0].price` -> parts["0"].parts["price"]."""

    texts: list[str] = field(default_factory=list)
    parts: dict[str, Posted] = field(default_factory=dict)


def posted_tree(pairs: list[tuple[str, str]], name: str) -> Posted:
    """Everything that was posted as `name`, `name.part` or `name[index]`, in the order of the form."""
    root = Posted()
    for key, text in pairs:
        if key != name and not key.startswith((f"{name}.", f"{name}[")):
            continue
        place = root
        for step in key[len(name) :].replace("[", ".").replace("]", "").split(".")[1:]:
            place = place.parts.setdefault(step, Posted())
        place.texts.append(text.replace("\r\n", "\n"))
    return root


def value_of(
    node: Node, posted: Posted, path: str, problems: list[FieldProblem], moment: Callable[[str], str]
) -> Any:
    """The value that a form's texts stand for, as the API takes it; None where nothing was given.

    `moment` makes a local time of the form an instant. Wrong places are added to `problems`.
    """
    match node.kind:
        case "group":
            found = {}
            for child in node.children:
                value = value_of(
                    child, posted.parts.get(child.name, Posted()), f"{path}.{child.name}", problems, moment
                )
                if value is not None:
                    found[child.name] = value
                elif child.required and child.kind not in ("rows", "list", "references", "map"):
                    problems.append(FieldProblem(f"{path}.{child.name}", "is required", "required"))
                elif child.required:
                    found[child.name] = {} if child.kind == "map" else []
            return found
        case "rows":
            assert node.item is not None
            rows = [part for part in posted.parts.values() if _filled(part)]
            return [
                value_of(node.item, part, f"{path}[{index}]", problems, moment)
                for index, part in enumerate(rows)
            ] or None
        case "map":
            return _map(node, posted, path, problems, moment)
        case "list" | "references":
            texts = [line.strip() for text in posted.texts for line in text.split("\n") if line.strip()]
            assert node.item is not None
            return [_leaf_value(node.item, text, path, problems, moment) for text in texts] or None
    text = posted.texts[-1].strip() if posted.texts else ""
    if node.kind == "boolean":
        return text == "true"
    return _leaf_value(node, text, path, problems, moment) if text else None


def _map(
    node: Node, posted: Posted, path: str, problems: list[FieldProblem], moment: Callable[[str], str]
) -> Any:
    assert node.item is not None
    found: dict[str, Any] = {}
    for index, part in enumerate(one for one in posted.parts.values() if _filled(one)):
        key = " ".join(part.parts.get("key", Posted()).texts).strip()
        if not key:
            problems.append(FieldProblem(f"{path}[{index}].key", "is required", "required"))
        elif key in found:
            problems.append(FieldProblem(f"{path}[{index}].key", "comes twice", "repeated"))
        value = value_of(
            node.item, part.parts.get("value", Posted()), f"{path}[{index}].value", problems, moment
        )
        if value is None:
            problems.append(FieldProblem(f"{path}[{index}].value", "is required", "required"))
        found[key] = value
    return found or None


def _filled(posted: Posted) -> bool:
    """Whether a row says anything; `false` is what an unticked box says."""
    return any(text.strip() not in ("", "false") for text in posted.texts) or any(
        _filled(part) for part in posted.parts.values()
    )


def _leaf_value(
    node: Node, text: str, path: str, problems: list[FieldProblem], moment: Callable[[str], str]
) -> Any:
    try:
        if node.kind == "json":
            value = msgspec.json.decode(text)
            return msgspec.to_builtins(msgspec.convert(value, node.type))
        if node.kind == "value":
            return msgspec.to_builtins(msgspec.convert(_guessed(text), node.type))
        if node.kind == "time":
            text = moment(text)
        return msgspec.to_builtins(msgspec.convert(text, node.type, strict=False))
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
        problems.append(FieldProblem(path, readable(str(error)), "wrong_type"))
        return None


def _guessed(text: str) -> Any:
    """A value of a place that takes words, numbers and truth alike."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


# -- from a value to the texts of a form, and to what is looked up by id


def text_of(node: Node, value: Any, local: Callable[[str], str]) -> str:
    """A plain value as it stands in an input. `local` writes an instant as a local time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if node.kind in ("json", "value") and not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return local(str(value)) if node.kind == "time" else str(value)


def referenced(node: Node, value: Any) -> Iterator[tuple[str, str]]:
    """(table, id) of every row that a value names."""
    if value is None:
        return
    if node.kind == "reference" and node.target:
        yield node.target, str(value)
    elif node.kind == "references" and node.target and isinstance(value, list):
        yield from ((node.target, str(one)) for one in value)
    elif node.kind == "group" and isinstance(value, dict):
        for child in node.children:
            yield from referenced(child, value.get(child.name))
    elif node.kind == "rows" and isinstance(value, list) and node.item:
        for one in value:
            yield from referenced(node.item, one)
    elif node.kind == "map" and isinstance(value, dict) and node.item:
        for one in value.values():
            yield from referenced(node.item, one)


def draft_of(node: Node, value: Any, local: Callable[[str], str]) -> Any:
    """A stored value as the texts of its editor: dicts for groups, lists for rows, a text for everything plain."""
    if node.kind == "group":
        held = value if isinstance(value, dict) else {}
        return {one.name: draft_of(one, held.get(one.name, one.default), local) for one in node.children}
    if node.kind == "rows" and node.item:
        return [draft_of(node.item, one, local) for one in value] if isinstance(value, list) else []
    if node.kind == "map" and node.item:
        held = value if isinstance(value, dict) else {}
        return [{"key": key, "value": draft_of(node.item, one, local)} for key, one in held.items()]
    if node.kind in ("list", "references"):
        return "\n".join(str(one) for one in value) if isinstance(value, list) else ""
    return text_of(node, value, local)


def posted_draft(node: Node, posted: Posted) -> Any:
    """What was posted, in the form of `draft_of`, right or wrong."""
    if node.kind == "group":
        return {one.name: posted_draft(one, posted.parts.get(one.name, Posted())) for one in node.children}
    if node.kind == "rows" and node.item:
        return [posted_draft(node.item, part) for part in posted.parts.values() if _filled(part)]
    if node.kind == "map" and node.item:
        return [
            {
                "key": " ".join(part.parts.get("key", Posted()).texts).strip(),
                "value": posted_draft(node.item, part.parts.get("value", Posted())),
            }
            for part in posted.parts.values()
            if _filled(part)
        ]
    if node.kind in ("list", "references"):
        return "\n".join(line.strip() for text in posted.texts for line in text.split("\n") if line.strip())
    text = posted.texts[-1].strip() if posted.texts else ""
    return text or ("false" if node.kind == "boolean" else "")


def draft_references(node: Node, draft: Any) -> Iterator[tuple[str, str]]:
    """(table, id) of every row that a draft names."""
    if node.kind == "reference" and node.target and draft:
        yield node.target, draft
    elif node.kind == "references" and node.target and draft:
        yield from ((node.target, one) for one in draft.split("\n"))
    elif node.kind == "group":
        for child in node.children:
            yield from draft_references(child, draft.get(child.name))
    elif node.kind == "rows" and node.item:
        for one in draft or ():
            yield from draft_references(node.item, one)
    elif node.kind == "map" and node.item:
        for one in draft or ():
            yield from draft_references(node.item, one["value"])


def blank(node: Node) -> Any:
    """The draft of a new row of a node's list, or of a new entry of its map."""
    assert node.item is not None
    empty = draft_of(node.item, None, str)
    return {"key": "", "value": empty} if node.kind == "map" else empty
