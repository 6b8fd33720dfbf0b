"""What a question asks about, apart from the words it asks with."""

from __future__ import annotations

import re
from typing import Final

from webapp.knowledge import terms

_ONLY_ASK: Final = re.compile(
    "什么|怎么(?:样|办|回事)?|怎样|咋[样办]|如何|为[什何啥]么?|干嘛|多少|哪[个些里儿种]|几个|到底|请问|一下|"
    "是不是|有没有|能不能|会不会|要不要|行不行|好不好|多[久长]|合适|可以|可能|不能|需要|应该|没有|知道|觉得|感觉|告诉|推荐|出现|比较|"
    "一[个般定点]|有点|有人|大概|左右|真的|自己|[我你]们|现在|时候|[以之][前后]|"
    "就是|还是|或者|以及|而且|但是|因为|所以|如果|的话|问题|原因|地方|东西|事情|意思|区别|办法|方法|"
    "汽车|车[子辆主]|新车|私家车|家用车|家用|哪几种|[买开用]车"
)
"""Said in questions about anything, or in every text about cars."""
_ASKING: Final = re.compile(
    "有(?:什么|哪些|没有|多少)|(?:是|会|能|要|该|好)不(?:是|会|能|要|该|好)|为[什啥]么?|为何|"
    "怎么(?:样|办|回事)?|怎样|咋[样办]?|如何|什么|啥|哪[个些种里儿]|多少|可以|需要|应该|请问|一下|"
    "[吗呢吧啊]"
)
_TELLING: Final = "nvaeijlzbsf"
"""First letters of the classes of words that name things, doings and qualities."""
_NOW_OR_NEAR: Final = re.compile(
    "今[天日晚]|明天|昨天|[本上下这]周|[本上下]个?月|这个月|附近|周边|哪一?家|地址|营业时间|"
    "电话(?:号码?)?(?:是|多少)|客服|几点[开关上下]|股[票价]|走势|行情|"
    "(?:什么时候|何时|几月|哪天|多久)(?:才|能|会)?(?:上市|发布|发售|开卖|降价|涨价)|"
    "现车|现在(?:优惠|多少钱|卖)|优惠(?:多少|几)|在哪儿?[买修]|拼多多|淘宝|京东"
)


def telling_words(question: str) -> list[str]:
    """The words of a question that say what it is about, once each: of the dictionary, of two
    characters or more, and all in Latin letters or digits."""
    found: list[str] = []
    for run in terms.runs(question):
        if terms.is_han(run):
            found += [word for word, kind in terms.tagged(run) if _tells(word, kind)]
        else:
            found.append(terms.joined(run))
    return list(dict.fromkeys(found))


def content_terms(question: str) -> list[str]:
    """The terms of a question without the phrases that only ask; all where nothing is left."""
    kept = terms.terms(_ASKING.sub(" ", terms.normal(question)))
    return kept or terms.terms(question)


def asks_now_or_near(question: str) -> bool:
    """It asks how things stand today, what comes next or who is nearby: no text can know."""
    return bool(_NOW_OR_NEAR.search(terms.normal(question)))


def _tells(word: str, kind: str) -> bool:
    return len(word) > 1 and kind[0] in _TELLING and not _ONLY_ASK.fullmatch(word)
