"""收藏与浏览记录: the cars a visitor saved, and those they looked at."""
