"""Where the schemas are."""

import json

import pytest

from runner.schema.store import read_schema, schema_names, schema_text


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_names_itself_and_its_dialect(name: str) -> None:
    """An editor knows the draft, and the id tells the schema and its version."""
    schema = json.loads(schema_text(name))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith(f"urn:flexplay:schema:{name}:")
    assert schema == read_schema(name)


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_itself_valid(name: str) -> None:
    """Every schema that we ship follows draft 2020-12."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    Draft202012Validator.check_schema(read_schema(name))


def test_what_people_write_and_what_we_print_has_a_schema() -> None:
    """The names of the documents are those that `flexplay schema` promises."""
    wanted = {"playbook", "project", "findings", "run", "dry-run", "delivery-line", "error"}
    assert wanted <= set(schema_names())
