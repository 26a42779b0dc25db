"""The words of the framework in Chinese: what was compiled is what is written."""

from __future__ import annotations

import gettext
import re

from bangdan.language import CATALOGS

FOLDER = CATALOGS / "zh_CN" / "LC_MESSAGES"
PAIR = re.compile(r'^msgid "(.+)"\nmsgstr "(.+)"$', re.MULTILINE)


def test_the_compiled_catalog_says_what_the_readable_one_says() -> None:
    written = PAIR.findall((FOLDER / "bangdan.po").read_text(encoding="utf-8"))
    with (FOLDER / "bangdan.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    assert [(key, compiled.gettext(key)) for key, _ in written] == written
    assert len(written) > 5
