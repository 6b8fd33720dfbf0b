"""The kinds of notices that saved searches and favourites tell."""

from __future__ import annotations

from typing import Final

from webapp.notices.kinds import Kind

SEARCH: Final = Kind("saved_search", "保存的筛选", "有车新符合你保存的筛选")
PRICE: Final = Kind("favourite_price", "收藏的车改价", "收藏的车型或车系指导价变了")
