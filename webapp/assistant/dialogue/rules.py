"""The table of rules: what a sentence needs to be one, and the calls it makes.

The first rule whose needs hold and which makes something wins: order is precedence. Examples are
about three invented cars, {a} electric in two versions, {b} and {c} plug-ins; a test asks each.
"""

from __future__ import annotations

from typing import Final

from webapp.assistant.calls import Call, Plan
from webapp.assistant.dialogue import about, alone, choice, going_on, lists, sold, summing, topics
from webapp.assistant.dialogue.list_rules import LIST as _LIST
from webapp.assistant.dialogue.list_rules import OF_LISTS
from webapp.assistant.dialogue.rule import Needs, Rule
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.topic_rules import BOTH as _BOTH
from webapp.assistant.dialogue.topic_rules import OF_ABSENT, OF_COMPARISONS, OF_TOPICS

SUM: Final = "the sum again"
FAULT: Final = "on with what is wrong"
FIGURE: Final = "the sum with another figure"
_POWER: Final = "{b}一年2万公里油钱多少"

RULES: Final = (
    Rule(
        FIGURE,
        Needs(without=("whole", "recommends", "picks", "why", "wonders")),
        summing.anew,
        (
            ("{a}五年养车，一年跑2万公里，花多少钱", "不是2万，是3万"),
            ("{a}五年养车要花多少钱", "电费一块五，全在外面充"),
            ("{b}贷款月供多少", "首付四万，分五年"),
        ),
    ),
    Rule(
        FAULT,
        Needs(after=("consult",), bare=True, named=False),
        topics.on_symptom,
        (
            ("方向盘一直抖", "这样还能开吗"),
            ("刹车变软了", "拖车多少钱"),
            ("车往左跑偏", "修一下要多少钱"),
            ("转弯时咔咔响", "那是什么原因"),
        ),
    ),
    Rule(
        "cars for the price of the sum",
        Needs(cues=("that_price", "whole"), named=False),
        summing.for_that_price,
        (
            ("想月供三千左右，首付3万", "这个价有什么SUV"),
            ("想月供三千左右，首付3万", "那这个价位有哪些插混"),
            ("想月供三千左右，首付3万", "这个价能买什么七座的车"),
        ),
    ),
    *OF_ABSENT,
    Rule(
        "points nowhere",
        Needs(points=False),
        about.points_nowhere,
        (("第三个呢",), ("它多长",), ("这款车怎么样",)),
    ),
    Rule(
        "why it is listed",
        Needs(),
        about.why_listed,
        (
            (_LIST, "第二个为什么排第二"),
            ("{b}多少钱", "为什么推荐它"),
            (_LIST, "为什么推荐第一个"),
        ),
    ),
    *OF_TOPICS,
    Rule(
        "in its class",
        Needs(),
        about.in_class,
        (
            ("{b}多少钱", "它和同级比有什么优势"),
            ("{b}和同级比怎么样",),
            ("{b}多少钱", "跟同级别的车相比呢"),
        ),
    ),
    Rule(
        "another order of the list",
        Needs(after=("search",), named=None, bare=True),
        lists.reordered,
        ((_LIST, "这些里面谁最便宜"), (_LIST, "最便宜的是哪个"), (_LIST, "哪个续航最长")),
    ),
    Rule(
        "brought back",
        Needs(base=True, cues=("undo", "few")),
        lists.undone,
        (
            (_LIST, "再便宜点", "改回来"),
            (_LIST, "要四驱", "还是刚才的条件"),
            (_LIST, "五座的", "恢复"),
        ),
    ),
    Rule(
        "a further page",
        Needs(base=True, cues=("more",)),
        lists.further,
        ((_LIST, "换一批"), (_LIST, "还有别的吗"), (_LIST, "都不太喜欢")),
    ),
    Rule(
        "the page before",
        Needs(base=True, cues=("back",)),
        lists.page_before,
        ((_LIST, "换一批", "上一页"), (_LIST, "换一批", "上一批"), (_LIST, "下一页", "往回翻")),
    ),
    Rule(
        "which version",
        Needs(cues=("which_version",)),
        alone.which_version,
        (
            ("{a}哪个版本值得买",),
            ("{a}多少钱", "入门版够用吗"),
            ("{a}高配比低配多什么",),
        ),
    ),
    Rule(
        "compares those pointed at",
        Needs(points=True),
        about.pointed_compared,
        (
            (_LIST, "第一个和第三个对比一下"),
            (_LIST, "1和2哪个好"),
            ("{b}多少钱", "那{c}呢", "它们哪个便宜"),
        ),
    ),
    Rule(
        "beside another",
        Needs(points=True),
        about.beside,
        (
            (_BOTH, "{c}多少钱", "把它也加上"),
            ("{b}多少钱", "{c}多少钱", "和刚才那款比哪个便宜"),
            ("{b}多少钱", "{c}多少钱", "跟刚才那款比呢"),
        ),
    ),
    Rule(
        "taken out by its place",
        Needs(points=True, cues=("takes_out",)),
        about.pointed_out,
        ((_LIST, "第二个不要"), (_LIST, "去掉第一个"), (_BOTH, "去掉第二个")),
    ),
    Rule(
        "alike",
        Needs(),
        alone.alike,
        (
            ("{b}多少钱", "同价位还有什么车"),
            ("{b}多少钱", "同级别的还有哪些"),
            ("{b}多少钱", "同价格的SUV还有什么"),
        ),
    ),
    Rule(
        "of the one pointed at",
        Needs(points=True),
        about.of_pointed,
        ((_LIST, "第二个续航多少"), ("{b}多少钱", "它有没有四驱"), (_BOTH, "后者值得买吗")),
    ),
    Rule(
        "how many there are",
        Needs(named=False),
        alone.counted,
        (("一共几个品牌",), ("有多少款车",), ("你们有多少个车系",)),
    ),
    Rule(
        "sales",
        Needs(),
        sold.sold,
        (("{a}上个月卖了多少",), ("6月中型SUV销量前五",), ("{b}和{c}谁卖得好",)),
    ),
    Rule(
        "ranked by a figure",
        Needs(named=False),
        alone.ranked,
        (("轴距最长的车",), ("后备箱最大的SUV",), (_LIST, "后备箱最大的是哪款")),
    ),
    Rule(
        "exchanged in a comparison",
        Needs(after=("compare",), named=True, cues=("takes_out", "instead", "swaps")),
        going_on.exchanged,
        ((_BOTH, "不要{b}，换{c}"), (_BOTH, "把{b}换成{c}"), (_BOTH, "去掉{b}")),
    ),
    Rule(
        "joins",
        Needs(named=True, cues=("joins",)),
        going_on.joined,
        ((_BOTH, "加上{c}"), (_BOTH, "把{c}也放进来"), ("{a}多少钱", "加上{c}比比")),
    ),
    Rule(
        "the cars compared within the money",
        Needs(after=("compare",), named=False, points=False, bare=True),
        going_on.within_the_money,
        (
            (_BOTH, "预算20万呢"),
            ("{b}和{c}对比", "我只有15万"),
            ("{a}和{c}对比", "20万以内呢"),
        ),
    ),
    Rule(
        "cheaper versions of a car",
        Needs(named=True, bare=True, after=("search", "lookup", "consult")),
        going_on.cheaper_versions,
        (
            (_LIST, "{a}有便宜的吗"),
            (_LIST, "{a}有没有便宜点的"),
            ("{b}多少钱", "{a}有便宜一点的版本吗"),
        ),
    ),
    Rule(
        "versions",
        Needs(),
        alone.versions,
        (
            ("{a}四驱版和后驱版差多少",),
            ("{a}有几个版本", "入门版和远航版差多少"),
            ("{a}远航版多少钱",),
        ),
    ),
    Rule(
        "a car that is not there",
        Needs(),
        alone.unknown,
        (("{b}多少钱", "唐呢"), ("蔚来ES6多少钱",), ("特斯拉Model X续航多少",)),
    ),
    Rule(
        "told of oneself",
        Needs(
            named=False,
            points=False,
            without=("judges", "compares", "topic_on", "why", "asks", "costs", "how_much"),
        ),
        alone.told_of_oneself,
        (
            ("家里没有充电桩，一家四口，预算20万",),
            ("没有充电桩，每天上下班40公里，预算10万",),
            ("我在哈尔滨，没有充电桩，预算15万",),
        ),
    ),
    Rule(
        "of no car",
        Needs(named=False),
        alone.of_no_car,
        (("多少钱",), ("哪个好",), ("值得买吗",)),
    ),
    Rule(
        "compares those asked about in turn",
        Needs(after=("lookup",), cues=("compares",), named=False, bare=True),
        going_on.in_turn,
        (
            ("{b}多少钱", "那{c}呢", "哪个便宜"),
            ("{b}多少钱", "{c}多少钱", "有什么区别"),
            ("{b}续航多少", "{c}续航多少", "对比一下"),
        ),
    ),
    Rule(
        "by how much",
        Needs(cues=("how_much",), named=False, bare=True),
        going_on.by_how_much,
        ((_BOTH, "差多少"), (_BOTH, "贵多少"), (_BOTH, "为什么便宜")),
    ),
    Rule(
        "a sum of the same",
        Needs(after=("lookup", "consult", "compare"), named=False),
        summing.of_the_same,
        (
            ("{a}多少钱", "一天跑60公里，一个月电费多少"),
            ("{b}多少钱", "落地大概要准备多少钱呢"),
            (_BOTH, "一年跑两万公里，五年养车哪个省"),
        ),
    ),
    Rule(
        SUM,
        Needs(after=("lookup", "consult"), bare=True, without=("costs", "compares", "judges")),
        going_on.sum_again,
        ((_POWER, "那3万公里呢"), (_POWER, "{c}呢"), (_POWER, "换成{c}")),
    ),
    Rule(
        "versions of the same",
        Needs(after=("lookup", "consult", "compare"), named=False, bare=True),
        going_on.versions_of_same,
        (("{a}多少钱", "四驱版的呢"), (_BOTH, "四驱版的呢"), ("{a}续航多少", "后驱的呢")),
    ),
    Rule(
        "which of them",
        Needs(cues=("picks",), without=("with", "than"), named=False),
        going_on.which_of_them,
        ((_BOTH, "那推荐哪个"), (_BOTH, "到底选哪个"), (_LIST, "你推荐哪个")),
    ),
    Rule(
        "with another car",
        Needs(cues=("compares", "than", "how_much")),
        going_on.with_another,
        (("{b}多少钱", "和{c}比呢"), ("{b}多少钱", "跟{c}哪个好"), (_BOTH, "和{c}相比呢")),
    ),
    Rule(
        "a value of the same",
        Needs(named=False, bare=True),
        going_on.value_of_same,
        (("{b}多少钱", "油耗呢"), (_BOTH, "续航呢"), ("{a}续航多少", "快不快")),
    ),
    Rule(
        "a judgement on the same",
        Needs(after=("lookup", "consult", "compare"), cues=("judges",), named=False, bare=True),
        going_on.judged,
        (("{b}多少钱", "保养贵吗"), (_BOTH, "哪个保值"), ("{b}多少钱", "怎么样")),
    ),
    Rule(
        "on with the topic",
        Needs(named=False, bare=True),
        topics.on_topic,
        (
            ("冬天电车续航为什么会短", "有什么办法改善"),
            ("冬天电车续航为什么会短", "那插混呢"),
            ("冬天电车续航为什么会短", "具体说说"),
        ),
    ),
    Rule(
        "on with the same cars",
        Needs(after=("lookup", "consult", "compare"), cues=("so",), named=False, bare=True),
        going_on.same_cars,
        ((_BOTH, "智驾呢"), (_BOTH, "内饰呢"), ("{b}多少钱", "智驾呢")),
    ),
    Rule(
        "the car we asked for",
        Needs(named=True, bare=True),
        going_on.told_which,
        (("它多长", "{b}"), ("它续航多少", "{a}的"), ("第三个油耗多少", "我说的是{c}")),
    ),
    Rule(
        "the same of another",
        Needs(after=("lookup",), named=True),
        going_on.same_of_another,
        (("{b}续航多少", "那{c}呢"), ("{b}续航多少", "换成{c}看看"), ("{b}多少钱", "{c}又是多少")),
    ),
    Rule(
        "the same advice of another",
        Needs(after=("consult",), named=True, bare=True),
        going_on.advice_of_another,
        (
            ("{b}保养贵吗", "那{c}呢"),
            ("{b}值得买吗", "{c}呢"),
            ("{a}怎么样", "那{b}呢"),
        ),
    ),
    Rule(
        "a comparison with more",
        Needs(after=("compare",)),
        going_on.compared_on,
        ((_BOTH, "{c}呢"), (_BOTH, "哪个更便宜"), (_BOTH, "那{c}怎么样")),
    ),
    *OF_LISTS,
    *OF_COMPARISONS,
    Rule(
        "advice with the car in talk",
        Needs(named=False, bare=True),
        going_on.advice_here,
        (
            ("{b}多少钱", "冬天怎么充电"),
            ("{a}多少钱", "冬天续航为什么短"),
            ("{b}多少钱", "能不能跑长途"),
        ),
    ),
    Rule(
        "unclear",
        Needs(named=False, bare=True),
        topics.unclear,
        (("{b}多少钱", "这样啊"), (_LIST, "这样啊"), ("{a}和{c}对比", "这样啊")),
    ),
    Rule(
        "a sentence of its own",
        Needs(),
        alone.itself,
        (("20万以内的SUV",), ("{b}多少钱",), (_BOTH,)),
    ),
)


def plan_of(said: Said) -> Plan:
    """What is to be done about a sentence; never fails."""
    kinds = choice.kinds_said(said)
    for rule in RULES:
        if rule.needs.hold(said) and (made := rule.makes(said)) is not None:
            calls = made if isinstance(made, tuple) else (made,)
            if choice.allows(said, kinds, calls[0]):
                if rule.name != FAULT:  # it joins the topic itself
                    calls = (choice.joined(said, kinds, calls[0]), *calls[1:])
                return _plan(said, calls, rule.name)
    return _plan(said, (choice.instead(said, kinds),), f"alike: {kinds.best}")


def _plan(said: Said, calls: tuple[Call, ...], rule: str) -> Plan:
    asks = any(getattr(call, "kind", "") in ("missing", "unclear") for call in calls)
    return Plan(tuple(going_on.in_view(said, call) for call in calls), rule,
                "ask" if asks else "answer")  # fmt: skip
