"""What a campaign calls those who act: its own names for roles where it has some, else ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.definition import Definition, Term
from workflows.nomination import Role

ROLES: Mapping[Role, Term] = {
    Role.SECRETARIAT: Term(zh="秘书处", en="secretariat"),
    Role.UNIT: Term(zh="推荐单位", en="unit"),
    Role.INSTITUTION: Term(zh="初评机构", en="institution"),
    Role.AUDITOR: Term(zh="监督人员", en="auditor"),
    Role.ENGINE: Term(zh="系统", en="engine"),
}


def called(definition: Definition, role: Role) -> Term:
    """What this campaign calls a role."""
    return dict(definition.roles).get(role.value) or ROLES[role]


def role_names(definition: Definition, roles: Iterable[Role]) -> tuple[list[str], list[str]]:
    """What the campaign calls these roles, in Chinese and in English."""
    named = [called(definition, role) for role in roles]
    return [each.zh for each in named], [each.en for each in named]
