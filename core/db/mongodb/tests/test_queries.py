"""What Django's ORM promises holds on MongoDB too."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F

from audit.models import AuditLog
from governance.ballots.models import BallotReason
from identity.accounts.models import User

pytestmark = pytest.mark.django_db


def person(name: str, **more: Any) -> User:
    return User.objects.create(username=name, **more)


def reason(voter: int, text: str = "") -> BallotReason:
    contract, digest = "0x" + "0" * 40, "0x" + "0" * 64
    return BallotReason(
        chain_id=1,
        contract=contract,
        proposal_id=2**255,
        voter=f"0x{voter:040x}",
        reason_hash=digest,
        text=text,
    )


def test_integer_keys_count_up_and_none_is_given_twice() -> None:
    first, second = Group.objects.create(name="one"), Group.objects.create(name="two")
    assert second.pk == first.pk + 1
    second.delete()
    assert Group.objects.create(name="three").pk == first.pk + 2
    assert type(Group.objects.get(name="three").pk) is int


def test_key_given_by_hand_pushes_the_counter_ahead() -> None:
    ahead = Group.objects.create(name="one").pk + 100
    Group.objects.create(pk=ahead, name="by hand")
    assert Group.objects.create(name="next").pk == ahead + 1


def test_key_that_is_there_already_is_refused() -> None:
    group = Group.objects.create(name="one")
    with pytest.raises(IntegrityError):
        Group(pk=group.pk, name="two").save(force_insert=True)


def test_keys_of_many_rows_are_in_their_order() -> None:
    made = Group.objects.bulk_create([Group(name=str(n)) for n in range(20)])
    keys = [group.pk for group in made]
    assert keys == list(range(keys[0], keys[0] + 20))
    assert dict(Group.objects.values_list("pk", "name")) == {group.pk: group.name for group in made}


def test_two_writers_get_different_keys() -> None:
    def write(letter: str) -> None:
        for number in range(20):
            Group.objects.create(name=f"{letter}{number}")

    writers = [threading.Thread(target=write, args=[letter]) for letter in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(Group.objects.values_list("pk", flat=True))) == 60


@pytest.mark.parametrize("pattern", ["a.c", "(a|b)c", "a+", "[abc]", ".*", "^", "a$", "\\w\\w\\w", "a\\"])
def test_patterns_mean_their_letters(pattern: str) -> None:
    person("abc", email="abc@example.org")
    same = person(f"x{pattern}x", email=pattern)
    for lookup in ("email__iexact", "email__exact"):
        assert list(User.objects.filter(**{lookup: pattern})) == [same], lookup
    for lookup in ("username__contains", "username__icontains"):
        assert list(User.objects.filter(**{lookup: f"x{pattern}x"})) == [same], lookup
    assert list(User.objects.filter(username__istartswith=f"X{pattern}".replace("\\W", "\\w"))) == [same]


def test_case_is_ignored_where_it_is_asked_for() -> None:
    found = person("Ada", email="Ada@Example.org")
    assert User.objects.get(email__iexact="aDA@eXAMPLE.ORG") == found
    assert not User.objects.filter(email="ada@example.org").exists()


def test_nulls_may_repeat_where_values_may_not() -> None:
    person("one", address=None)
    person("two", address=None)
    person("three", address="0x" + "1" * 40)
    with pytest.raises(IntegrityError):
        person("four", address="0x" + "1" * 40)


def test_related_rows_decide_what_is_updated_and_deleted() -> None:
    clerks, guests = Group.objects.create(name="clerks"), Group.objects.create(name="guests")
    for n, group in enumerate((clerks, clerks, guests)):
        person(f"p{n}").groups.add(group)
    assert User.objects.filter(groups__name="clerks").update(first_name="Clerk") == 2
    assert User.objects.filter(first_name="Clerk").count() == 2
    in_groups = User.groups.through.objects.filter(group__name="guests").values("user_id")
    assert User.objects.filter(pk__in=in_groups).update(first_name="Guest") == 1
    assert User.objects.filter(groups__name="guests").delete()[0] == 2  # the person and the membership
    assert set(User.objects.values_list("first_name", flat=True)) == {"Clerk"}
    assert User.objects.filter(groups__name="nobody").update(first_name="") == 0


def test_many_to_many_is_prefetched() -> None:
    group = Group.objects.create(name="clerks")
    wanted = list(Permission.objects.order_by("pk")[:3])
    group.permissions.set(wanted)
    (found,) = Group.objects.prefetch_related("permissions__content_type")
    assert set(found.permissions.all()) == set(wanted)
    assert found.permissions.all()[0].content_type in ContentType.objects.all()


def test_bulk_update_prepares_values_as_their_fields_do() -> None:
    rows = [reason(1), reason(2)]
    BallotReason.objects.bulk_create(rows)
    for n, row in enumerate(rows):
        row.proposal_id = 2**256 - 1 - n
    BallotReason.objects.bulk_update(rows, ["proposal_id"])
    assert set(BallotReason.objects.values_list("proposal_id", flat=True)) == {2**256 - 1, 2**256 - 2}
    assert BallotReason.objects.filter(proposal_id__gt=2**256 - 2).count() == 1


def test_update_may_compute() -> None:
    row = AuditLog(
        sequence=1, action="a", actor="b", timestamp="2026-01-01T00:00:00Z", previous_hash="0x" + "0" * 64
    )
    row.hash = "0x" + "1" * 64
    row.save(force_insert=True)
    AuditLog.objects.update(block_number=F("sequence") + 6)
    assert AuditLog.objects.get().block_number == 7


@pytest.mark.parametrize("within", [False, True])
def test_conflicts_are_passed_over(within: bool) -> None:
    def write() -> None:
        rows = [reason(1, "second"), reason(2, "first"), reason(2, "again")]
        BallotReason.objects.bulk_create(rows, ignore_conflicts=True)

    reason(1, "first").save()
    if within:
        with transaction.atomic():
            BallotReason.objects.exists()
            write()
    else:
        write()
    assert sorted(BallotReason.objects.values_list("voter", "text")) == [
        (f"0x{1:040x}", "first"),
        (f"0x{2:040x}", "first"),
    ]


def test_conflicts_are_updated() -> None:
    reason(1, "old").save()
    BallotReason.objects.bulk_create(
        [reason(1, "new"), reason(2, "new")],
        update_conflicts=True,
        unique_fields=["chain_id", "contract", "proposal_id", "voter", "reason_hash"],
        update_fields=["text"],
    )
    assert list(BallotReason.objects.values_list("text", flat=True)) == ["new", "new"]


@pytest.mark.parametrize(
    ("model", "where"),
    [
        (User, {"address": "0x" + "1" * 40}),
        (User, {"username": "ada"}),
        (BallotReason, {"pk": "00000000-0000-0000-0000-000000000001"}),
        (AuditLog, {"pk": 7}),
    ],
)
def test_look_up_by_a_unique_value_uses_its_index(model: Any, where: dict[str, Any]) -> None:
    plan = model.objects.filter(**where).explain()
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan


def test_children_go_with_their_parents_though_the_database_knows_no_keys() -> None:
    user = person("ada")
    user.groups.add(Group.objects.create(name="clerks"))
    user.delete()
    assert not User.groups.through.objects.exists()


def test_values_that_no_document_can_hold_are_a_data_error() -> None:
    with pytest.raises(DataError):
        person("ada", metadata={"a\x00b": 1})


def test_whoever_watches_queries_sees_these() -> None:
    seen: list[str] = []

    def watch(execute: Any, what: str, *arguments: Any) -> Any:
        seen.append(what)
        return execute(what, *arguments)

    with connection.execute_wrapper(watch):
        ada = person("ada")
        User.objects.update(first_name="Ada")
        assert [user.pk for user in User.objects.all()] == [ada.pk]
        User.objects.filter(pk=ada.pk)._raw_delete("default")
    assert seen == ["insert users", "update users", "aggregate users", "delete users"]


def test_raw_cursor_is_no_cursor() -> None:
    with cast(Any, connection).cursor() as cursor:
        assert cursor is None
