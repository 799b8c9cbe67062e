"""JSON, YAML and TOML files as lines of key paths: "server.port: 8080"; lists of records as one line a record."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

from index.readers.builder import Builder
from index.readers.extract import Extract
from index.text.decode import Unreadable

_BROKEN = "the {} file is broken ({}): correct it there"
MAX_LINES = 200_000


def from_json(text: str) -> Extract:
    """A JSON file, or one of a JSON value a line. Raises Unreadable."""

    def parse(source: str) -> list[Any]:
        try:
            return [json.loads(source)]
        except ValueError:
            lines = [line for line in source.splitlines() if line.strip()]
            if len(lines) < 2 or not lines[0].lstrip().startswith(("{", "[")):
                raise
            try:
                return [[json.loads(line) for line in lines]]
            except ValueError:
                pass
            raise

    return _extract("JSON", parse, text)


def from_yaml(text: str) -> Extract:
    """A YAML file of one document or several. Raises Unreadable."""
    import yaml

    def parse(source: str) -> list[Any]:
        try:
            return list(yaml.load_all(source, Loader=_safe_loader()))
        except yaml.YAMLError as error:
            raise ValueError(" ".join(str(error).split())) from error

    return _extract("YAML", parse, text)


def from_toml(text: str) -> Extract:
    """A TOML file. Raises Unreadable."""
    return _extract("TOML", lambda source: [tomllib.loads(source)], text)


def _safe_loader() -> Any:
    """PyYAML's safe loader, which takes tags of other programs for plain values, and repeats no anchor."""
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):  # a few aliases of aliases stand for gigabytes
                event = self.get_event()  # type: ignore[no-untyped-call]
                return yaml.ScalarNode("tag:yaml.org,2002:str", f"*{event.anchor}", event.start_mark, event.end_mark)
            return super().compose_node(parent, index)

    def unknown(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node)
        return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)

    Loader.add_multi_constructor("", unknown)
    return Loader


def _extract(kind: str, parse: Callable[[str], list[Any]], text: str) -> Extract:
    builder = Builder()
    try:
        for value in parse(text):
            _add(builder, value, "", builder.group())
    except (ValueError, RecursionError) as error:
        raise Unreadable(_BROKEN.format(kind, str(error)[:120] or "nested too deeply")) from error
    return builder.extract()


def _add(builder: Builder, value: Any, path: str, group: int) -> None:
    """Add the leaves below a value, each with the path that leads to it."""
    if len(builder.parts) > MAX_LINES:
        raise ValueError(f"more than {MAX_LINES} values")
    if isinstance(value, dict):
        for key, inner in value.items():
            _add(builder, inner, f"{path}.{key}" if path else str(key), group)
    elif isinstance(value, list) and value and all(map(_is_record, value)):
        if path:
            builder.add("field", f"{path}:", group=group)
        rows = builder.group()
        for record in value:
            told = (f"{key}: {_shown(inner)}" for key, inner in record.items() if inner is not None and inner != "")
            builder.add("table_row", "; ".join(told), group=rows)
    elif isinstance(value, list) and all(not isinstance(inner, dict | list) for inner in value):
        builder.add(
            "field", f"{path}: {', '.join(map(_shown, value))}" if path else ", ".join(map(_shown, value)), group=group
        )
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            _add(builder, inner, f"{path}[{n}]", group)
    elif value is not None:
        builder.add("field", f"{path}: {_shown(value)}" if path else _shown(value), group=group)


def _is_record(value: Any) -> bool:
    """Whether a value is a mapping without mappings in it, which is told on one line."""
    return (
        isinstance(value, dict)
        and len(value) > 1
        and not any(
            isinstance(inner, dict) or (isinstance(inner, list) and any(isinstance(i, dict | list) for i in inner))
            for inner in value.values()
        )
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())
