"""What the grammar knows of a word by itself: staff may give a meaning to no other word."""

from __future__ import annotations

from webapp.catalogue.filters import SORTS
from webapp.catalogue.filters.words import phrase
from webapp.search.understanding.lexicon import Lexicon
from webapp.search.understanding.normalise import normalise
from webapp.search.understanding.reading import understand
from webapp.search.understanding.result import Understanding
from webapp.search.understanding.tokens import Token, tokenise


def already_means(word: str, lexicon: Lexicon) -> str:
    """What a word means by the tables and names, in words; empty where it means nothing."""
    tokens = tokenise(word, lexicon)
    whole = tokens[0] if len(tokens) == 1 else None
    read = understand(word, lexicon)
    if whole and whole.kind == "name":
        return f"名称 {whole.names[0].text}"
    if not read.unread and (said := in_words(read)):
        return said
    if whole and whole.kind == "word":
        return "语法里的词，不表示条件"
    return ""


def not_known(meaning: str, lexicon: Lexicon) -> str:
    """Why something cannot be what a synonym means, for the person who typed it; empty where
    it can."""
    tokens = tokenise(normalise(meaning).text, lexicon)
    read = understand(meaning, lexicon)
    if not any(char.isalnum() for char in meaning):
        return "不是词。"
    if read.entities:
        return "是品牌或车系的名称，请在上面加别名。"
    if read.unread or any(token.kind in ("mark", "unknown") for token in tokens):
        unread = "、".join(word.text for word in read.unread)
        return f"里有读不懂的：{unread or meaning}。请换成搜索已经认识的词，例如“七座”“买菜车”。"
    if not any(_says_something(token) for token in tokens):
        return "在搜索里不表示什么，请换成表示条件或用途的词，例如“七座”“买菜车”。"
    return ""


def in_words(read: Understanding) -> str:
    """The conditions and the order of a reading, for people."""
    said = [phrase(one.condition) for one in read.conditions]
    return "、".join([*said, *([f"排序 {SORTS[read.sort]}"] if read.sort else [])])


def _says_something(token: Token) -> bool:
    word = token.word
    if word is None:
        return token.amount is not None
    told = word.choice or word.measure or word.before or word.hints or word.sort
    return bool(told or word.parameter or word.cues or word.roles - {"stop"})
