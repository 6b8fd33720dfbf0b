"""What a number and a name tell by themselves."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.iso7064 import mod_11_2

from webapp.backends.identity.number import InvalidPerson, read_person

TODAY = date(2026, 11, 22)


def numbered(seventeen: str) -> str:
    return seventeen + mod_11_2.calc_check_digit(seventeen)


ADULT = numbered("99010119900101001")


def read(number: str, name: str = "张测试") -> str:
    return read_person(name, number, today=TODAY, made_up=True).number


def test_examples_of_the_standard_pass_their_check_digit() -> None:
    assert numbered("11010519491231002") == "11010519491231002X"
    assert numbered("34052419800101001") == "34052419800101001X"
    assert read("11010519491231002X") == "11010519491231002X"


def test_a_small_x_and_outer_blanks_are_accepted() -> None:
    assert read(" 11010519491231002x ") == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("110105194912310021", "校验位"),
        (numbered("99010119900230001"), "不存在"),
        (numbered("99010119000229001"), "不存在"),
        (numbered("99010120991231001"), "不对"),
        ("440524188001010014", "不对"),
        ("1101051949123100", "18 位"),
        ("１１０１０５１９４９１２３１００２Ｘ", "全角"),
        ("X1010519491231002X", "18 位"),
        ("", "18 位"),
        ("110105491231002", "15 位"),
        (numbered("66010119900101001"), "地区"),
        ("٣" * 18, "全角"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_mend(number: str, says: str) -> None:
    with pytest.raises(InvalidPerson, match=says) as refused:
        read(number)
    assert refused.value.field == "number"
    assert not number or number not in str(refused.value)


def test_one_is_of_age_on_the_birthday_and_not_the_day_before() -> None:
    assert read(numbered("99010120081122001"))
    with pytest.raises(InvalidPerson, match="18 周岁"):
        read(numbered("99010120081123001"))


def test_a_number_of_nobody_passes_only_where_that_is_wanted() -> None:
    with pytest.raises(InvalidPerson, match="地区"):
        read_person("张测试", ADULT, today=TODAY)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("张测试", "张测试"), (" 阿卜杜拉•买买提 ", "阿卜杜拉·买买提"), ("𠮷野", "𠮷野")],
)
def test_names_are_normalised(sent: str, kept: str) -> None:
    assert read_person(sent, ADULT, today=TODAY, made_up=True).name == kept


@pytest.mark.parametrize(
    "name", ["", "张", "Zhang San", "张3", "·张三", "张三·", "张" * 31, "张 三"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidPerson) as refused:
        read(ADULT, name)
    assert refused.value.field == "name"


def test_a_person_shows_nothing_by_accident() -> None:
    person = read_person("张测试", ADULT, today=TODAY, made_up=True)
    assert "张测试" not in repr(person)
    assert ADULT not in f"{person}"
    assert person.masked_name == "张**"
    assert person.masked_number == f"9901**********{ADULT[-4:]}"
