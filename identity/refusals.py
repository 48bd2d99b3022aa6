"""What the custom errors of the RoleManager mean, in the codes and words of the portal."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from contracts.refusals import register_refusals

_UNMET: Final = "the portal names known roles and lists of equal length"

register_refusals(
    "RoleManager",
    {
        "TwoPersonsSecondPersonNeeded": (
            "second-officer-needed",
            _("The second half of this act must come from someone else."),
        ),
        "TwoPersonsNotYours": ("not-allowed", _("Only who asked for it can take it back.")),
        "RoleManagerUnauthorized": ("not-allowed", _("This account may not do this.")),
        "RoleManagerReasonNeeded": ("field-missing", _("Give a reason that everybody can read.")),
        "RoleManagerTooEarly": ("too-early", _("Its time has not come yet.")),
        "RoleManagerTooFewPersons": ("too-few-persons", _("Too few people would hold this role then.")),
        "RoleManagerTooManyOfficers": ("too-many-officers", _("Too many people would hold this role then.")),
        "RoleManagerPersonUnknown": (
            "person-unknown",
            _("It is not recorded who stands behind this account."),
        ),
        "RoleManagerPersonKnown": ("person-known", _("Another person is recorded behind this account.")),
        "RoleManagerPersonIsCitizen": (
            "person-is-citizen",
            _("This person is on the roll already, under another account."),
        ),
        "RoleManagerPersonHoldsOther": (
            "person-holds-other",
            _("Nobody can be an administrator and a guardian."),
        ),
        "RoleManagerZeroPerson": ("field-missing", _("It is not said who stands behind this account.")),
        "RoleManagerZeroAccount": ("field-invalid", _("This is nobody's account.")),
        "RoleManagerAccountMoved": (
            "account-moved",
            _("This account gave its place on the roll to another one."),
        ),
        "RoleManagerAlreadyCitizen": ("already-a-citizen", _("This account is on the roll already.")),
        "RoleManagerRoleNotHeld": ("role-not-held", _("This account does not hold the role.")),
        "RoleManagerNotExpired": ("role-not-expired", _("This role has not run out.")),
        "RoleManagerUntilPassed": (
            "until-passed",
            _("The day until which the role should last has passed."),
        ),
        "RoleManagerUntilShortened": (
            "until-shortened",
            _("A place on the roll can't be shortened; it can be ended, with a reason."),
        ),
        "RoleManagerCensusCap": (
            "census-cap",
            _("Officers can't change so many places on the roll in a week. A guardian can agree to more."),
        ),
        "RoleManagerNoRequest": ("no-request", _("Nothing waits for this.")),
        "RoleManagerAlreadyScheduled": (
            "already-scheduled",
            _("This change is announced already and waits for its time."),
        ),
        "RoleManagerNotScheduled": (
            "not-scheduled",
            _("No such change is announced, or it is void by now."),
        ),
        "RoleManagerObjectionTooLate": (
            "objection-too-late",
            _("The time for objections has passed."),
        ),
        "RoleManagerDuplicateAccount": ("field-invalid", _("An account is named twice.")),
        "RoleManagerObjected": (
            "guardian-objected",
            _("A guardian objected to such a change. Only a proposal about roles can make it now."),
        ),
        "RoleManagerBatchSize": ("field-invalid", _("A change is about 1 to 100 accounts.")),
    },
    unmet=dict.fromkeys(("RoleManagerUnknownRole", "RoleManagerLengthMismatch"), _UNMET),
)
