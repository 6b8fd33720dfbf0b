"""What people say to an assistant beside questions about cars, and what is said back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Talk:
    """One of `said` (parts of a regular expression) anywhere in a sentence is answered by
    `answer`; `introduces` adds what the assistant can do."""

    said: tuple[str, ...]
    answer: str
    introduces: bool = False


_TALK: Final = (
    Talk(
        ("谢谢", "感谢", "多谢", "谢了", "辛苦了", "thank", "thx"),
        "不客气。还想查什么车、什么参数，接着问就行。",
    ),
    Talk(
        ("^再见", "^拜拜", "^下次见", "^晚安", "^bye"),
        "再见。这段对话会留着，下次可以接着问。",
    ),
    Talk(
        (
            "[傻煞] *[逼比叉b]",
            "[草操艹][你尼]",
            "妈的",
            "他妈",
            "尼玛",
            "去死",
            "废物",
            "垃圾",
            "白痴",
            "智障",
            "笨蛋",
            "傻",
            "蠢",
            "脑残",
            "神经病",
            "王八蛋",
            "^滚",
            "sb$",
            "fuck",
            "shit",
            "stupid",
            "idiot",
        ),
        "看来刚才的回答没有帮上忙。把想找的车或想查的参数写一句，我再试一次；哪条答得不好，"
        "也可以点它下面的“没用”。",
    ),
    Talk(
        (
            "你是谁",
            "你是(?:什么|啥)(?!模型)",
            "你叫(?:什么|啥)",
            "介绍.{0,3}(?:你)?自己",
            "who are you",
        ),
        "我是车知的助手，一个程序。",
        introduces=True,
    ),
    Talk(
        (
            "(?:你|这里).{0,3}(?:能|会|可以)(?:做|干|帮|查|回答|问).{0,4}(?:什么|啥|哪些|吗|嘛)",
            "怎么用",
            "如何使用",
            "有(?:什么|哪些)功能",
            "^帮助$",
            "^help$",
        ),
        "",
        introduces=True,
    ),
    Talk(
        (
            "答非所问",
            "胡说",
            "乱说",
            "瞎说",
            "不对[吧啊。！!]*$",
            "错了",
            "没用$",
            "听不懂",
            "看不懂",
            "不是(?:这个|我)(?:意思|问的|想问)",
        ),
        "抱歉没答到点上。把车名和想知道的写全，再问一次；答错的那条请点它下面的“没用”并选个原因。",
    ),
    Talk(
        ("客服", "你们店", "门店(?:在|地址)", "店在哪", "(?:你们|网站)的?(?:电话|地址|微信)"),
        "我是查车的程序，不知道门店地址和客服电话，也不能替你联系。车的问题写在这里，我来查。",
    ),
    Talk(
        ("[红白黑灰蓝绿银黄紫橙粉棕金]色",),
        "颜色不能用来找车。写上车名，可以查资料里登载了它的哪些颜色。",
    ),
    Talk(
        ("^随便[吧啦看买]*[。！!]*$", "^都(?:行|可以)[。！!]*$"),
        "那就先定两样：预算多少，平时坐几个人。写在一句里，我来找。",
    ),
    Talk(
        (
            "天气",
            "笑话",
            "股票",
            "基金",
            "彩票",
            "星座",
            "写诗",
            "写首",
            "唱歌",
            "作业",
            "翻译",
            "新闻",
            "做饭",
            "菜谱",
            "算命",
            "写代码",
            "足球",
            "篮球",
            "电影",
            "几点了",
            "今天几号",
        ),
        "这个我答不了，我只管车的事。",
        introduces=True,
    ),
    Talk(
        (r"^[\W_]*$",),
        "还没写问题。",
        introduces=True,
    ),
    Talk(
        (
            "^[你您]好",
            "^hi",
            "^hello",
            "^hey",
            "^嗨",
            "^哈[喽啰]",
            "^在吗",
            "^在不在",
            "^(?:早上|上午|中午|下午|晚上)好",
        ),
        "你好。",
        introduces=True,
    ),
    Talk(
        ("^(?:好的?|嗯+|哦+|行|可以|知道了|明白了?|懂了|了解|收到|ok|okay)[吧啊呀。！!~～ ]*$",),
        "好，想到什么接着问。",
    ),
    Talk(
        ("^(?:为什么|为啥|怎么回事|凭什么|原因(?:呢|是什么)?)[？?。]*$",),
        "想问哪件事的原因？写进问题里，例如“冬天电车续航为什么会短”。",
    ),
)
# Visitors ask by the names they know: “你是豆包吗”.
_MACHINE: Final = re.compile(
    "(?:什么|哪个|哪家|用的).{0,4}模型|chatgpt|gpt|deepseek|豆包|通义|文心|kimi|claude|"
    "(?:是|真)(?:不是)?.{0,3}(?:ai|人工智能|机器人|真人|人工)|are you (?:a |an )?(?:ai|bot|human)",
    re.IGNORECASE,
)
_BY_RULES: Final = (
    "我是程序，不是真人。这个站点没有接入语言模型：回答由程序按数据与资料整理，每个回答都有标注。"
)
_WITH_MODEL: Final = (
    "我是程序，不是真人。参数、价格和差值由程序从数据里取；比较和建议的文字可能由语言模型来写，"
    "逐句核对过出处才显示。每个回答都标明是哪一种。"
)
_FOREIGN: Final = re.compile("[a-z]{2,}(?:[ ,.'?!]+[a-z0-9]+){2,}", re.IGNORECASE)
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


_NO_ENGLISH: Final = (
    "英文我只认得价格、续航、座位、车身、能源和对比这些词，这一句没看懂，请用中文问。"
    "Please ask in Chinese."
)


def talk_of(text: str, *, with_model: bool) -> Talk | None:
    """The small talk a sentence is, if it is any; what is said of the assistant itself depends
    on whether a model writes for it."""
    if _MACHINE.search(text):
        return Talk((), _WITH_MODEL if with_model else _BY_RULES)
    for talk in _TALK:
        if re.search("|".join(talk.said), text.strip(), re.IGNORECASE):
            return talk
    if _FOREIGN.search(text) and not _CHINESE.search(text):
        return Talk((), _NO_ENGLISH, introduces=True)
    return None
