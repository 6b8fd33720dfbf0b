"""A sentence as words, names, amounts and marks: longest match first, left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import rjieba

from webapp.search.understanding.amounts import Amount, AmountReader
from webapp.search.understanding.lexicon import Lexicon, Names
from webapp.search.understanding.trie import is_han
from webapp.search.understanding.typos import Spelling, misspelled
from webapp.search.understanding.vocabulary import Bound, Word

Kind = Literal["word", "name", "model", "amount", "bound", "mark", "unknown"]
"""A model is the name of a series that the catalogue does not have."""

_LATIN_RUN: Final = re.compile(r"[a-z0-9+#]+")
_DISPLACEMENT: Final = re.compile(r"\d\.\d")
_CLAUSE_MARKS: Final = frozenset(";,.。?!:()[]{}<>…|\"'“”‘’《》【】")
_NUMERALS: Final = frozenset("0123456789二两三四五六七八九")
_COUNTED: Final = ("驱", "座", "人座", "万", "米", "秒")
_NEGATION: Final = re.compile(
    "(?:也|都|更|又|就|千万|绝对|坚决|一定|最好|请|麻烦)?(?P<core>(?:不|没|别|甭|勿|莫)(?:再|想|打算|准备|计划|考虑|愿意|希望|喜欢|需要|能|可以|许|准|得|会|让|应该|是|要|太|老|总|总是)*"
    "(?:给我|跟我|帮我|向我)?(?:再|老|总)?(?:推荐|介绍|安利|推|买|选|要|看|考虑|碰|入手|入|提|来|带|有|装|配|列|是|接受|喜欢|感兴趣)?)"
)
"""Negations put together: 别再给我推荐, 不打算买, 没考虑."""
_LINKS: Final = frozenset("比和跟与像同")
"""Characters a dictionary may take for the beginning of the word behind them."""
_NEGATES: Final = frozenset({"not", "not_after"})
_MOST_GUESSES: Final = 60
"""Guesses at misspellings in one sentence: a long text of unknown words must not cost more."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of text[start:end]; what it is depends on `kind`."""

    kind: Kind
    start: int
    end: int
    word: Word | None = None
    names: Names = ()
    amount: Amount | None = None
    bound: Bound | None = None
    text: str = ""
    maker: str = ""
    """Of a model."""
    spaced: bool = False
    """A blank stands before it."""

    def has(self, role: str) -> bool:
        return self.word is not None and role in self.word.roles

    def cues(self, cue: str) -> bool:
        return self.word is not None and cue in self.word.cues

    @property
    def ends_clause(self) -> bool:
        return self.kind == "mark"


def tokenise(text: str, lexicon: Lexicon) -> list[Token]:
    """All of the text but spaces and signs without meaning."""
    return list(_Scanner(text, lexicon).tokens())


@dataclass
class _Scanner:
    text: str
    lexicon: Lexicon
    borders: frozenset[int] = field(init=False)
    guesses: int = 0

    def __post_init__(self) -> None:
        self.borders = _borders(self.text)
        self.reader = AmountReader(self.lexicon.vocabulary.units, self._longest)

    def tokens(self) -> Iterator[Token]:
        at, before = 0, None
        while at < len(self.text):
            token = self._token(at, before)
            if token is None:
                at += 1
                continue
            if token.start and self.text[token.start - 1] == " ":
                token = replace(token, spaced=True)
            yield token
            at, before = token.end, token

    def _token(self, at: int, before: Token | None) -> Token | None:
        char = self.text[at]
        if char == " ":
            return None
        found = [
            token
            for token in (
                self._bound(at, before),
                self._name(at, before),
                self._model(at, before),
                self._word(at),
                self._amount(at, before),
                self._negation(at),
            )
            if token
        ]
        # The first of the longest: a bound rather than a word, a name rather than a number.
        best = max(found, key=lambda token: token.end, default=None)
        if best is None or (best.kind == "word" and best.end - at == 1 and is_han(char)):
            return self._guess(at) or best or self._rest(at)
        return self._longer(best) or best

    def _longer(self, token: Token) -> Token | None:
        """What is meant where nothing known follows something shorter: 汉懒达 is not 汉."""
        following = self.text[token.end : token.end + 1]
        if token.kind not in ("name", "model", "word") or not following or not is_han(following):
            return None
        if self._longest(self.text, token.end) > token.end or self.reader.read(
            self.text, token.end
        ):
            return None
        guess = self._guess(token.start)
        return guess if guess and guess.end > token.end else None

    def _word(self, at: int) -> Token | None:
        best = None
        for match in self.lexicon.vocabulary.words.matches(self.text, at):
            if self._word_stands(match.payload, at, match.end):
                best = Token("word", at, match.end, word=match.payload)
        return best

    def _word_stands(self, word: Word, start: int, end: int) -> bool:
        if not self._ends_well(end) or (
            self.text[end - 1] in "大小高低长短多少快慢宽" and self.text.startswith("于", end)
        ):
            return False  # 马力 大于 200, not 马力大 于 200
        # A single character may be part of a word the tables do not have: 别 in 别墅.
        return end - start > 1 or not is_han(self.text[start]) or self._is_cut(start, end)

    def _name(self, at: int, before: Token | None) -> Token | None:
        best = None
        for match in self.lexicon.names.matches(self.text, at):
            if self._name_stands(at, match.end, before):
                written = self.text[at : match.end]
                best = Token("name", at, match.end, names=match.payload, text=written)
        return best

    def _model(self, at: int, before: Token | None) -> Token | None:
        best = None
        for match in self.lexicon.models.matches(self.text, at):
            if self._name_stands(at, match.end, before):
                written = self.text[at : match.end]
                best = Token("model", at, match.end, text=written, maker=match.payload)
        return best

    def _name_stands(self, start: int, end: int, before: Token | None) -> bool:
        written = self.text[start:end]
        if not self._ends_well(end):
            return False
        if written.isdigit():
            return not (before and before.word and (before.word.measure or before.word.before))
        if end - start == 1 and not self._is_cut(start, end):
            return False
        if self._takes_a_number(end):
            return False
        beside = self.lexicon.neighbours.get(written)
        if beside and (
            self.text[:start].endswith(beside.before or ("\0",))
            or self.text[end:].startswith(beside.after or ("\0",))
        ):
            return False
        # 大众 in 大众化: part of a longer ordinary word.
        return not rjieba.has_word(written) or self._is_cut(start, end)

    def _takes_a_number(self, end: int) -> bool:
        """Whether a name would take the number of what follows: 宝马四 of 宝马 四驱; but the
        座 of 领克900座位数 and 腾势D9座椅 begins a word of its own."""
        if self.text[end - 1] not in _NUMERALS or not self.text.startswith(_COUNTED, end):
            return False
        following = self.lexicon.vocabulary.words.matches(self.text, end)
        return all(match.end - end == 1 for match in following)

    def _amount(self, at: int, before: Token | None) -> Token | None:
        amount = self.reader.read(self.text, at)
        if amount is None:
            return None
        if amount.is_bare and not amount.written:
            named = before and before.word and (before.word.measure or before.word.before)
            if not named and amount.end - at < 2:
                return None
        return Token("amount", at, amount.end, amount=amount)

    def _negation(self, at: int) -> Token | None:
        """A negation of several parts that no table lists; at least two of them."""
        match = _NEGATION.match(self.text, at)
        if match is None or len(match["core"]) < 2:
            return None
        return Token("word", at, match.end(), word=Word(match[0], roles=_NEGATES))

    def _bound(self, at: int, before: Token | None) -> Token | None:
        """A bound is only one right behind an amount, or behind a level: B级以上."""
        if before is None or not _can_be_bounded(before):
            return None
        best = None
        for match in self.lexicon.vocabulary.afters.matches(self.text, at):
            best = Token(
                "bound", at, match.end, bound=match.payload, text=self.text[at : match.end]
            )
        return best

    def _guess(self, at: int) -> Token | None:
        """A misspelled name or word, or one typed in Latin letters."""
        if self.guesses >= _MOST_GUESSES:
            return None
        self.guesses += 1
        run = _LATIN_RUN.match(self.text, at)
        end = run.end() if run else at
        spelling = Spelling(self.text, at, end, self.borders)
        found = misspelled(spelling, self.lexicon)
        if found is None:
            return None
        if isinstance(found.meant, Word):
            return Token("word", at, found.end, word=found.meant)
        return Token("name", at, found.end, names=found.meant, text=self.text[at : found.end])

    def _rest(self, at: int) -> Token | None:
        char = self.text[at]
        if run := _LATIN_RUN.match(self.text, at):
            return Token("unknown", at, run.end(), text=run[0])
        if char in _CLAUSE_MARKS:
            return Token("mark", at, at + 1, text=char)
        return Token("unknown", at, at + 1, text=char) if char.isalnum() else None

    def _longest(self, text: str, at: int) -> int:
        """Where the longest word or name at `at` ends; `at` where there is none."""
        if at >= len(text) or text[at] == " ":
            return at
        tokens = (self._word(at), self._name(at, None))
        return max((token.end for token in tokens if token), default=at)

    def _ends_well(self, end: int) -> bool:
        """Whether nothing here is cut out of a longer run of letters and digits: no X3 in X30,
        but a6l in a6l2.0t, suv in suv20万, su7 in su7max, and l in l80km."""
        if end == len(self.text) or not _is_latin(self.text[end]):
            return True
        last, following = self.text[end - 1], self.text[end]
        if not _is_latin(last) or _DISPLACEMENT.match(self.text, end):
            return True
        if last.isdigit() and following.isdigit():
            return False
        run = _LATIN_RUN.match(self.text, end)
        stop = run.end() if run else end
        if following.isdigit() and not last.isdigit():
            digits = re.compile(r"\d+").match(self.text, end)
            behind = self.text[digits.end() : digits.end() + 1] if digits else ""
            measured = digits is not None and self.text.startswith("km", digits.end())
            return bool(behind) and (is_han(behind) or behind in "w." or measured)
        return any(
            match.end == stop for match in self.lexicon.vocabulary.words.matches(self.text, end)
        )

    def _is_cut(self, start: int, end: int) -> bool:
        """Whether an ordinary dictionary would cut the sentence at both ends."""
        if self.text[start - 1 : start] in _LINKS and end - start > 1:
            return True
        return start in self.borders and end in self.borders


def _can_be_bounded(token: Token) -> bool:
    if token.amount:
        return True
    choice = token.word.choice if token.word else None
    return choice is not None and choice.field == "size"


def _borders(text: str) -> frozenset[int]:
    borders, at = {0}, 0
    for piece in rjieba.cut(text, False):
        at += len(piece)
        borders.add(at)
    return frozenset(borders)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
