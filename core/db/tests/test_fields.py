import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.db.fields import UINT256_MAX, AddressField, HashField, Uint256Field

uints = st.integers(min_value=0, max_value=UINT256_MAX)


@given(uints)
def test_uint256_survives_the_database_exactly(value: int) -> None:
    field = Uint256Field()
    assert field.from_db_value(field.get_prep_value(value), None, None) == value


@given(uints, uints)
def test_uint256_sorts_as_text_as_it_does_as_number(left: int, right: int) -> None:
    field = Uint256Field()
    texts = [str(field.get_prep_value(value)) for value in (left, right)]
    assert (texts[0] < texts[1]) == (left < right)


@pytest.mark.parametrize("value", [-1, UINT256_MAX + 1, "many", "1.5"])
def test_uint256_refuses_what_the_chain_could_not_hold(value: object) -> None:
    with pytest.raises(ValidationError):
        Uint256Field().to_python(value)


def test_address_is_one_text_however_it_is_spelled() -> None:
    field = AddressField()
    checksummed = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert (
        field.get_prep_value(checksummed) == field.get_prep_value(checksummed.lower()) == checksummed.lower()
    )


@pytest.mark.parametrize(
    "value", ["0x12", "f39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x" + "g" * 40, "0x" + "a" * 41]
)
def test_address_refuses_other_text(value: str) -> None:
    with pytest.raises(ValidationError):
        AddressField().to_python(value)


@given(st.binary(min_size=32, max_size=32))
def test_hash_takes_bytes_and_hex_alike(value: bytes) -> None:
    field = HashField()
    assert field.to_python(value) == field.to_python("0x" + value.hex().upper()) == "0x" + value.hex()


@given(st.binary(max_size=64).filter(lambda value: len(value) != 32))
def test_hash_refuses_another_width(value: bytes) -> None:
    if value:
        with pytest.raises(ValidationError):
            HashField().to_python(value)
