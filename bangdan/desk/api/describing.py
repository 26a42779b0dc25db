"""The OpenAPI document: what FastAPI reads from the operations, and what every one of them shares beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from bangdan.desk.api.routing import FORM_TYPE, LONGEST_KEY, Calls, Operation
from bangdan.desk.problems import MEDIA_TYPE, TITLES

ABOUT = (
    "主办单位自己的申报平台由此读取和办理，与页面所办的事相同。须带接口令牌；令牌只用于一个活动，按范围授权。"
    "凡是办理都须带 Idempotency-Key，重试时用同一个，只办理一次。拒绝时给出与页面相同的理由。\n\n"
    "What the pages can do, for the organiser's own platform. A bearer token is of one campaign and has scopes. "
    "Every change needs an Idempotency-Key; the same key is carried out once. A refusal holds the reasons that the "
    "pages show."
)
_REASON = {
    "type": "object", "required": ["code", "zh", "en"], "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "description": "固定的代码 / a code that stays the same", "examples": ["QTA-01"]},
        "zh": {"type": "string", "description": "中文理由 / in Chinese", "examples": ["名额已用完"]},
        "en": {"type": "string", "description": "英文理由 / in English", "examples": ["no place is left"]},
        "pointer": {"type": "string", "description": "所提交内容中的位置 / where in the body", "examples": ["/title"]},
        "where": {"type": "string", "description": "其他位置 / another place", "examples": ["Sheet1!C5"]},
        "facts": {"type": "object", "description": "有关数值 / the values behind it", "examples": [{"limit": 2}]},
    },
}  # fmt: skip
_PROBLEM = {
    "type": "object", "description": "拒绝及其全部理由（RFC 9457）/ A refusal with all its reasons (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "reasons"], "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "description": "种类 / its kind", "examples": ["/api#409"]},
        "title": {"type": "string", "description": "概括 / in short", "examples": [" / ".join(TITLES[409])]},
        "status": {"type": "integer", "description": "HTTP 状态 / the HTTP status", "examples": [409]},
        "detail": {"type": "string", "description": "第一条理由 / the first reason",
                   "examples": ["名额已用完 / no place is left"]},
        "code": {"type": "string", "description": "第一条理由的代码 / its code", "examples": ["QTA-01"]},
        "reasons": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Reason"},
                    "description": "全部理由 / all of them",
                    "examples": [[{"code": "QTA-01", "zh": "名额已用完", "en": "no place is left"}]]},
    },
}  # fmt: skip
_PACE = {
    "RateLimit-Limit": ("一时可发的请求数", "requests at once"),
    "RateLimit-Remaining": ("还剩几次", "how many are left"),
    "RateLimit-Reset": ("几秒后全部恢复", "seconds until all are there again"),
}


def describe(api: FastAPI, subjects: tuple[Calls, ...], *, server: str) -> dict[str, Any]:
    """The document, with the address under which the API is served."""
    made = get_openapi(
        title=api.title, version="1", description=ABOUT, routes=api.routes, servers=[{"url": server or "/"}],
        tags=[{"name": f"{each.zh} / {each.en}"} for each in subjects],
    )  # fmt: skip
    components = made.setdefault("components", {})
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "接口令牌 / API token"}
    }
    made["security"] = [{"token": []}]
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["responses"] = {str(status): _problem(*words) for status, words in TITLES.items()}
    schemas |= {"Reason": _REASON, "Problem": _PROBLEM}
    for each in operations(subjects):
        _complete(made["paths"][each.path][each.method.lower()], each, schemas)
    return made


def operations(subjects: Iterable[Calls]) -> Iterator[Operation]:
    """Every operation, in order."""
    for subject in subjects:
        yield from subject.declared


def _complete(told: dict[str, Any], each: Operation, schemas: dict[str, Any]) -> None:
    """What FastAPI can't know of an operation: headers, refusals, a file that comes, examples."""
    told.setdefault("parameters", []).extend(_headers_asked(each, previews=_previews(told)))
    if each.form is not None:
        told["requestBody"] = {"required": True, "content": {FORM_TYPE: {"schema": dict(each.form)}}}
    for content in told.get("requestBody", {}).get("content", {}).values():
        content.setdefault("example", example(content["schema"], schemas))
    good = told["responses"][str(each.status)]
    good["description"] = "办理结果 / what was done" if each.changes else "内容 / what was asked for"
    good["headers"] = _headers_told(each)
    if each.media:
        file = {"schema": {"type": "string", "format": "binary"}}
        good["content"] = dict.fromkeys(each.media.values(), file)
    else:
        content = good["content"]["application/json"]
        content["example"] = example(content["schema"], schemas)
    if _previews(told) and each.status != 200:
        told["responses"]["200"] = {**good, "description": "预览，没有办理 / a preview, nothing was done"}
    if each.marked:
        told["responses"]["304"] = {"description": "没有变化 / nothing has changed", "headers": _headers_told(each)}
    told["responses"] |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in _refusals(each)}
    told["responses"] |= {
        str(status): {**good, "description": " / ".join(words)} for status, words in each.also.items()
    }


def _previews(told: dict[str, Any]) -> bool:
    return any(parameter["name"] == "preview" for parameter in told["parameters"])


def _headers_asked(each: Operation, *, previews: bool) -> Iterator[dict[str, Any]]:
    if each.changes:
        yield _header(
            "Idempotency-Key", "办理编号：每次办理用一个新的，重试时用同一个" + ("；预览时不用" if previews else ""),
            "names this change: the same one repeats it" + ("; none to preview" if previews else ""),
            "9f1c7a52-6d", required=not previews, pattern="^[ -~]+$", minLength=1, maxLength=LONGEST_KEY,
        )  # fmt: skip
    if each.edits:
        yield _header("If-Match", "读取时得到的 ETag", "the ETag that came when it was read", '"3-0f3c9a17be2d4c55"',
                      required=True)  # fmt: skip
    if each.marked:
        yield _header("If-None-Match", "已有的 ETag：没有变化则回答 304", "a known ETag: 304 if it still holds",
                      '"3-0f3c9a17be2d4c55"', required=False)  # fmt: skip


def _header(name: str, zh: str, en: str, shown: str, *, required: bool, **limits: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": f"{zh} / {en}", "example": shown,
            "schema": {"type": "string", **limits}}  # fmt: skip


def _headers_told(each: Operation) -> dict[str, Any]:
    told = {name: _told("integer", *words) for name, words in _PACE.items()}
    if each.marked:
        told["ETag"] = _told("string", "此内容的标记", "the mark of this content")
    if each.paged:
        told["Link"] = _told("string", '下一页：rel="next"', 'the next page: rel="next"')
    if each.changes:
        told["Idempotent-Replay"] = _told(
            "string", "此编号办理过，这是当时的回答", "carried out before: this is the first answer"
        )
    return told


def _told(kind: str, zh: str, en: str) -> dict[str, Any]:
    return {"description": f"{zh} / {en}", "schema": {"type": kind}}


def _refusals(each: Operation) -> list[int]:
    found = {400, 401, 403, 404, 422, 429, 500, 503}
    if each.changes:
        found |= {408, 409, 413, 415}
    return sorted(found | ({412, 428} if each.edits else set()))


def _problem(zh: str, en: str) -> dict[str, Any]:
    return {
        "description": f"{zh} / {en}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example of a schema, made of those of its fields."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    given = schema.get("examples", [None])[0]
    if schema.get("type") == "array" and not given:
        return [example(schema["items"], schemas)]
    if "properties" in schema:
        return {name: _of_field(each, schemas) for name, each in schema["properties"].items()}
    return given


def _of_field(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    given = schema.get("examples", [None])[0]
    deeper = "$ref" in schema or (schema.get("type") == "array" and "$ref" in schema.get("items", {}))
    return (
        example({key: value for key, value in schema.items() if key != "examples"}, schemas)
        if deeper and not given
        else given
    )
