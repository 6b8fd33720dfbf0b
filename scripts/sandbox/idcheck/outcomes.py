"""What becomes of a check, by the name of the person, and how each vendor says so."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Vendor = Literal["a", "b"]
VENDORS: Final[tuple[Vendor, ...]] = ("a", "b")


@dataclass(frozen=True)
class Outcome:
    """`codes` are (vendor A's status, vendor B's respCode); `action` is a fault of the frame."""

    label: str
    codes: tuple[str, str] | None = None
    action: dict[str, Any] = field(default_factory=dict)


def refusal(status: int, message: str, code: str) -> dict[str, Any]:
    """The gateway's answer: its own headers and an empty body."""
    headers = {"X-Ca-Error-Message": message, "X-Ca-Error-Code": code}
    return {"status": status, "headers": headers}


# Fault codes of the gateway without a source are ours: X-Ca-Error-Code of 401, 404 and throttling.
OUTCOMES: Final = {
    "match": Outcome("一致", ("01", "0000")),
    "mismatch": Outcome("不一致", ("02", "0008")),
    "no-record": Outcome("库中无此号", ("202", "0007")),
    "abnormal": Outcome("核验异常", ("203", "0099")),
    "bad-name": Outcome("姓名格式错误", ("204", "0002")),
    "bad-number": Outcome("号码格式错误", ("205", "0004")),
    "slow": Outcome("30 秒才回答", ("01", "0000"), {"delay": 30.0}),
    "not-json": Outcome("不是 JSON", action={"status": 200, "body": "系统维护中".encode("gbk")}),
    "drop": Outcome("断开连接", action={"drop": True}),
    "quota": Outcome("次数用完", action=refusal(403, "Quota Exhausted", "B403MQ")),
    "expired": Outcome("套餐过期", action=refusal(403, "Quota Expired", "B403ME")),
    "arrears": Outcome("账户欠费", action=refusal(403, "User Arrears", "B403MO")),
    "throttled": Outcome("被限流", action=refusal(403, "Throttled by API Flow Control", "T403AF")),
    "forbidden": Outcome("无权调用", action=refusal(403, "Unauthorized", "A403UN")),
    "backend": Outcome("后端 502", action={"status": 502, "headers": {"X-Ca-Request-Id": "0"}}),
}

BY_NAME: Final = {
    "张测试": "match",
    "李不符": "mismatch",
    "王无录": "no-record",
    "赵异常": "abnormal",
    "钱格式": "bad-name",
    "孙超时": "slow",
    "周乱码": "not-json",
    "吴断开": "drop",
    "郑配额": "quota",
    "冯欠费": "arrears",
    "陈限流": "throttled",
    "褚后端": "backend",
}
UNKNOWN_PERSON: Final = "no-record"

MESSAGES_A: Final = {
    "01": "实名认证通过！",
    "02": "实名认证不通过！",
    "202": "无法验证！",
    "203": "异常情况！",
    "204": "姓名格式不正确！",
    "205": "身份证格式不正确！",
}
MESSAGES_B: Final = {
    "0000": "身份证信息匹配",
    "0001": "姓名不能为空",
    "0002": "姓名不能包含特殊字符",
    "0003": "身份证号不能为空",
    "0004": "身份证号格式错误",
    "0007": "无此身份证号码",
    "0008": "身份证信息不匹配",
    "0099": "系统异常",
}
BILLED: Final = {"a": ("01", "02"), "b": ("0000", "0008")}


def answer_a(status: str, name: str, number: str, trace: str) -> dict[str, Any]:
    """Vendor A's JSON: personal keys are filled for a match only."""
    personal = {"idCard", "name", "sex", "area", "province", "city", "prefecture", "birthday"}
    answer = dict.fromkeys(sorted(personal | {"addrCode", "lastCode"}), "")
    answer |= {"status": status, "msg": MESSAGES_A[status], "traceId": trace}
    if status == "01":
        answer |= {
            "idCard": number,
            "name": name,
            "sex": _sex(number, "男", "女"),
            "area": "演示省演示市演示区",
            "province": "演示省",
            "city": "演示市",
            "prefecture": "演示区",
            "birthday": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
            "addrCode": number[:6],
            "lastCode": number[-1:],
        }
    return answer


def answer_b(code: str, name: str, number: str) -> dict[str, Any]:
    """Vendor B's JSON."""
    answer = {"name": name, "idNo": number, "respMessage": MESSAGES_B[code], "respCode": code}
    if code != "0000":
        return answer
    return answer | {
        "province": "演示省",
        "city": "演示市",
        "county": "演示区",
        "birthday": number[6:14],
        "sex": _sex(number, "M", "F"),
        "age": str(_age(number, datetime.datetime.now(datetime.UTC).date())),
    }


def _age(number: str, today: datetime.date) -> int:
    had_birthday = number[10:14] <= f"{today:%m%d}"
    return today.year - int(number[6:10]) - (not had_birthday)


def _sex(number: str, male: str, female: str) -> str:
    return male if int(number[16]) % 2 else female
