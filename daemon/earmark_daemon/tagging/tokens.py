"""The words of a name or a text, in one spelling whatever the language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_HAN = "\u3005\u3400-\u4dbf\u4e00-\u9fff"
_GLUED = "ループ|サンプル"
"""Loop and sample, which stand at the end of a name as in ドラムループ."""

_WORD = re.compile(
    rf"[A-Z]{{2,}}s(?![A-Za-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
    rf"|{_GLUED}|(?:(?!{_GLUED})[{_KATAKANA}])+|[{_HIRAGANA}]+|[{_HAN}]+"
    rf"|[^\W\dA-Za-z_{_KATAKANA}{_HIRAGANA}{_HAN}]+|\d+"
)
"""Japanese has no blanks: there a word ends where one kind of letter does."""

_IN_TWO = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
    }
)  # fmt: skip
"""Letters that Unicode does not take apart."""

_VOICED = "\u3099\u309a"
"""Marks that make another letter of a kana, as in pad (パッド) and hat (ハット)."""


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name: camel case, digits and separators part them; accents are dropped.

    Capitals in the plural lose its "s": ``HHs`` is a word, and ``SDS`` another than ``SDs``.
    """
    plain = text if text.isascii() else _without_accents(text)
    return tuple(_singular(word).lower() for word in _WORD.findall(plain))


def _singular(word: str) -> str:
    return word[:-1] if word[-1] == "s" and len(word) > 2 and word[:-1].isupper() else word


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_IN_TWO))
    kept = (sign for sign in decomposed if sign in _VOICED or not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", "".join(kept))
