from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from core.canonical import canonical_json
from core.content import MAX_BYTES, cid_of, digest_of, get, put
from core.content.errors import ContentCorrupt, ContentMissing, ContentTooLarge

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(),
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
def test_canonical_form_does_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "a"}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [2**53, {"votes": [-(2**53)]}])
def test_integers_that_a_reader_of_the_standard_rounds_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="safe integer"):
        canonical_json(value)
    assert canonical_json([2**53 - 1]) == b"[9007199254740991]"


def test_canonical_form_is_that_of_the_standard() -> None:
    """The example of RFC 8785, 3.2.3: keys by UTF-16 code units, so that 😀 comes before דּ."""
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    expected = '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\U0001f600":5,"\ufb33":3}'
    assert canonical_json(value) == expected.encode()
