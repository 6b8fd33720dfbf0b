"""A day's bill: a ZIP of tables in GBK, with heads and totals behind "#"."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Final

from scripts.sandbox.paying import Order
from scripts.sandbox.times import china

HEAD: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)


def rows(orders: Iterable[Order], day: str) -> list[str]:
    """What was paid and returned on that day in China."""
    found = []
    for order in orders:
        if order.paid_at is not None and china(order.paid_at).date().isoformat() == day:
            found.append(_row(order, "交易", order.paid_at, order.fen, ""))
        found += [
            _row(order, "退款", back.ready, -back.fen, back.number)
            for back in order.returns.values()
            if back.told and china(back.ready).date().isoformat() == day
        ]
    return found


def packed(lines: list[str], day: str) -> bytes:
    """The ZIP with the details and the summary."""
    about = [f"#支付宝业务明细查询\n#起始日期：[{day}]", "#-----业务明细列表-----"]
    details = "\n".join([*about, HEAD, *lines, f"#合计：{len(lines)} 笔", "#导出时间"])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("业务明细", details), ("业务明细(汇总)", "#汇总\n")):
            archive.writestr(_Gbk(f"{day}_{name}.csv"), text.encode("gbk"))
    return file.getvalue()


class _Gbk(zipfile.ZipInfo):
    """An entry whose name stands in GBK, without the flag that says UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def _row(order: Order, kind: str, at: float, fen: int, refund: str) -> str:
    amount = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    made, done = (china(when).strftime("%Y-%m-%d %H:%M:%S") for when in (order.made, at))
    subject = order.subject.replace(",", " ").replace('"', "")
    cells = [order.trade, order.number, kind, subject, made, done, "", "", "", "", "159****5620"]
    return "\t,".join([*cells, amount, amount, *[""] * 8, refund, "0.00", "0.00", ""])
