"""What can be told of a name and a number without asking anybody. Source: GB 11643-1999."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from stdnum.iso7064 import mod_11_2

PROVINCES: Final = frozenset(
    str(10 * region + place)
    for region, places in {1: 5, 2: 3, 3: 7, 4: 6, 5: 4, 6: 5, 7: 1, 8: 3}.items()
    for place in range(0 if region == 5 else 1, places + 1)
)
"""First two places. The other four are not checked: codes of abolished areas stay valid."""
MADE_UP: Final = "99"
"""Assigned to nobody, so that test data can never be a real person's number."""
OF_AGE: Final = 18
OLDEST: Final = 130

_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_DOTS: Final = str.maketrans("•・‧∙", "····")
_SHORTEST_NAME, _LONGEST_NAME = 2, 30


class InvalidPerson(Exception):
    """`field` is name or number; the text is Chinese, says what to mend and quotes nothing."""

    def __init__(self, field_name: str, message: str) -> None:
        super().__init__(message)
        self.field = field_name


@dataclass(frozen=True)
class Person:
    """A well-formed name and number; neither shows in a log by accident."""

    name: str = field(repr=False)
    number: str = field(repr=False)

    @property
    def masked_name(self) -> str:
        """张*, 欧阳**: only the first character."""
        return self.name[0] + "*" * (len(self.name) - 1)

    @property
    def masked_number(self) -> str:
        return self.number[:4] + "*" * 10 + self.number[-4:]


def read_person(name: str, number: str, *, today: date, made_up: bool = False) -> Person:
    """Both normalised. Raises InvalidPerson. `made_up` lets numbers of nobody pass."""
    return Person(_name(name), _number(number, today, made_up))


def _name(text: str) -> str:
    name = text.strip().translate(_DOTS)
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        raise InvalidPerson("name", "请写身份证上的姓名，2 到 30 个字。")
    if not all(char == "·" or unicodedata.name(char, "").startswith("CJK ") for char in name):
        raise InvalidPerson("name", "姓名只能有汉字和间隔号“·”，请照身份证填写。")
    if name[0] == "·" or name[-1] == "·":
        raise InvalidPerson("name", "间隔号“·”应该在姓名中间，请检查。")
    return name


def _number(text: str, today: date, made_up: bool) -> str:
    number = text.strip().upper()
    if re.search(r"[^\x00-\x7f]", number):
        raise InvalidPerson("number", "身份证号里有全角字符，请切换到半角再输入。")
    if re.fullmatch(r"[0-9]{15}", number):
        raise InvalidPerson("number", "15 位的旧号码已经停用，请填 18 位的身份证号。")
    if not _NUMBER.fullmatch(number):
        raise InvalidPerson("number", "身份证号是 18 位：17 个数字加一个数字或 X，请检查。")
    if number[:2] not in PROVINCES and not (made_up and number[:2] == MADE_UP):
        raise InvalidPerson("number", "身份证号的前两位不是任何地区的代码，请检查。")
    if not mod_11_2.is_valid(number):
        raise InvalidPerson("number", "身份证号的校验位不对，可能输错了一位，请检查。")
    _of_age(_birthday(number), today)
    return number


def _birthday(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidPerson("number", "身份证号里的出生日期不存在，请检查。") from None


def _of_age(born: date, today: date) -> None:
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if born > today or age > OLDEST or born.year < 1900:
        raise InvalidPerson("number", "身份证号里的出生日期不对，请检查。")
    if age < OF_AGE:
        raise InvalidPerson("number", "要年满 18 周岁才能做实名核验。")
