"""What a campaign calls those who act: its own names for roles where it has some, else ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.definition import Definition, Term
from workflows.nomination import Role

ROLE_ZH: Mapping[Role, str] = {
    Role.SECRETARIAT: "秘书处",
    Role.UNIT: "推荐单位",
    Role.INSTITUTION: "初评机构",
    Role.AUDITOR: "监督人员",
    Role.ENGINE: "系统",
}


def called(definition: Definition, role: Role) -> Term:
    """What this campaign calls a role."""
    return dict(definition.roles).get(role.value) or Term(zh=ROLE_ZH[role], en=role.value)


def role_names(definition: Definition, roles: Iterable[Role]) -> tuple[list[str], list[str]]:
    """What the campaign calls these roles, in Chinese and in English."""
    named = [called(definition, role) for role in roles]
    return [each.zh for each in named], [each.en for each in named]
