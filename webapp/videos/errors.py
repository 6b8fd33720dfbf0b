"""What somebody who uploads is told, beside the errors every feature has."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.errors import Conflict, DomainError


class TooLarge(DomainError):
    status = 413
    title = "文件太大"


class NotVideo(DomainError):
    """The bytes are no container that is taken, whatever the name says."""

    status = 415
    title = "不是能处理的视频"
    message = "文件的内容不是 MP4、MOV、MKV、WebM 或 AVI 视频。请换一个视频文件，改扩展名没有用。"


class Damaged(DomainError):
    """What arrived is not what was announced; sending it again may help."""

    status = 422
    title = "这一片传坏了"
    message = "收到的内容与校验值不一致，没有保存，请重新发送这一片。"


class Incomplete(Conflict):
    """Finished by its owner, with pieces missing."""

    title = "还没有传完"

    def __init__(self, missing: Sequence[int]) -> None:
        super().__init__(f"还有 {len(missing)} 片没有收到，请继续上传。")
        self.missing = tuple(missing)
