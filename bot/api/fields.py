"""Compares what a row sends with what an OpenAPI document says it takes: names, needs, limits.

Both sides are JSON schemas, ours made from the models. Only what both can state is compared, and
only where the document describes it at all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.api.routes import Route

Schema = Mapping[str, Any]
Facts = dict[str, Any]

LIMITS = (
    "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "enum",
)  # fmt: skip
DEEPEST = 20
"""References followed in a row; a document may refer in circles."""


def differences(route: Route[Any], described: Schema, document: Schema) -> list[str]:
    """In what the row and its description in ``document`` differ, one short sentence each."""
    found = [f"query {each}" for each in _differing(_our_query(route), _query(described, document))]
    if body := _body(described, document):
        model = route.body.model_json_schema(by_alias=True) if route.body else {}
        always = route.body.always_sent if route.body else frozenset()
        sent = {str(route.body.model_fields[name].alias) for name in always} if route.body else ()
        ours = _facts(model, model, always=frozenset(sent))
        found += [f"body {each}" for each in _differing(ours, _facts(body, document))]
    return found


def _differing(ours: Mapping[str, Facts], theirs: Mapping[str, Facts] | None) -> Iterator[str]:
    if theirs is None:
        return
    for name in [*theirs, *(name for name in ours if name not in theirs)]:
        if name not in ours:
            yield f"{name}: only in the file"
        elif name not in theirs:
            yield f"{name}: only in the table"
        else:
            for fact in sorted({*ours[name], *theirs[name]}):
                here, there = ours[name].get(fact), theirs[name].get(fact)
                if here != there:
                    yield f"{name}: {fact} {there} in the file, {here} in the table"


def _our_query(route: Route[Any]) -> dict[str, Facts]:
    found = {}
    for one in route.query:
        limits: Facts = {"required": one.required, "minimum": one.least, "maximum": one.most}
        limits["enum"] = sorted(one.choices) if one.choices else None
        found[one.name] = {name: value for name, value in limits.items() if value is not None}
    return found


def _query(described: Schema, document: Schema) -> dict[str, Facts] | None:
    """The query parameters by name; ``None`` if the document lists no parameters at all."""
    if not isinstance(described.get("parameters"), list):
        return None
    listed = [_resolved(one, document) for one in described["parameters"]]
    return {
        str(one["name"]): _fact(one.get("schema", {}), document, required=bool(one.get("required")))
        for one in listed
        if one.get("in") == "query" and "name" in one
    }


def _body(described: Schema, document: Schema) -> Schema | None:
    """The schema of the body, whatever its type of content; ``None`` if none is described."""
    content = _resolved(described.get("requestBody", {}), document).get("content", {})
    schemas = [one.get("schema") for one in content.values() if isinstance(one, dict)]
    return _resolved(schemas[0], document) if schemas and isinstance(schemas[0], dict) else None


def _facts(schema: Schema, root: Schema, always: frozenset[str] = frozenset()) -> dict[str, Facts]:
    required = {*schema.get("required", ()), *always}
    return {
        name: _fact(field, root, required=name in required)
        for name, field in schema.get("properties", {}).items()
    }


def _fact(field: Schema, root: Schema, *, required: bool) -> Facts:
    """What is stated of one field. A list's choices are those of its elements."""
    stated = _resolved(field, root)
    inner = _resolved(stated["items"], root) if isinstance(stated.get("items"), dict) else {}
    facts = {name: stated.get(name, inner.get(name) if name == "enum" else None) for name in LIMITS}
    if isinstance(facts["enum"], list):
        facts["enum"] = sorted(str(one) for one in facts["enum"] if one is not None)
    if isinstance(facts["pattern"], str):
        facts["pattern"] = facts["pattern"].replace(r"\d", "[0-9]")
    stated_facts = {name: value for name, value in facts.items() if value not in (None, [])}
    return stated_facts | {"required": required}


def _resolved(schema: Any, root: Schema, depth: int = 0) -> dict[str, Any]:
    """``schema`` with its references followed and its parts put together; a null beside is left."""
    if not isinstance(schema, dict) or depth > DEEPEST:
        return {}
    whole = {name: value for name, value in schema.items() if name not in _PARTS}
    if isinstance(reference := schema.get("$ref"), str):
        whole = _resolved(_at(reference, root), root, depth + 1) | whole
    for part in schema.get("allOf", ()):
        whole = _joined(whole, _resolved(part, root, depth + 1))
    options = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    meant = [_resolved(one, root, depth + 1) for one in options if one != {"type": "null"}]
    if len(meant) == 1:
        whole = meant[0] | whole
    return whole


_PARTS = ("$ref", "allOf", "anyOf", "oneOf")


def _joined(one: dict[str, Any], other: Schema) -> dict[str, Any]:
    both = {**other, **one}
    if "properties" in one and "properties" in other:
        both["properties"] = {**other["properties"], **one["properties"]}
        both["required"] = [*other.get("required", ()), *one.get("required", ())]
    return both


def _at(reference: str, root: Schema) -> Any:
    """What a reference within the document points to; nothing if it points elsewhere."""
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found
