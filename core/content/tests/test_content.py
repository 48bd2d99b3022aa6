from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from core.canonical import canonical_json
from core.content import MAX_BYTES, cid_of, digest_of, get, put
from core.content.errors import ContentCorrupt, ContentMissing, ContentTooLarge

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.CONTENT_ROOT = tmp_path
    return tmp_path


def test_cid_is_the_one_that_ipfs_computes() -> None:
    # `ipfs add --cid-version=1 --raw-leaves` of the five bytes "hello"
    assert cid_of(digest_of(b"hello")) == "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"


def test_content_comes_back_as_it_went_in() -> None:
    digest = put(b"a text")
    assert get(digest) == b"a text"
    assert put(b"a text") == digest


def test_tampered_content_is_refused(store: Path) -> None:
    digest = put(b"a text")
    next(path for path in store.rglob("bafkrei*")).write_bytes(b"another")
    with pytest.raises(ContentCorrupt):
        get(digest)


def test_missing_content_is_said() -> None:
    with pytest.raises(ContentMissing):
        get(digest_of(b"never stored"))


def test_content_beyond_one_leaf_is_refused() -> None:
    with pytest.raises(ContentTooLarge):
        put(b"x" * (MAX_BYTES + 1))


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_canonical_form_does_not_depend_on_the_order_of_keys(value: dict) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "a"}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
