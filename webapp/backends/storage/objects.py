"""Files as objects in a bucket of MinIO, or of another server that speaks S3."""

from __future__ import annotations

import io
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from minio import Minio
from minio.commonconfig import ComposeSource
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from structlog import get_logger
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from webapp import clock
from webapp.backends.storage import disk
from webapp.backends.storage.port import (
    CHUNK_BYTES,
    NotStored,
    Stat,
    Storage,
    StorageAway,
    StorageFull,
    check_key,
    check_prefix,
    type_of,
)
from webapp.backends.storage.streams import Counted

PART_BYTES: Final = 10 * 1024 * 1024
"""Of a stream of unknown length this much is in memory at a time."""
WHOLE_BYTES: Final = 4 * 1024**3
"""S3 takes no more than five gigabytes in one go."""
SENT_BYTES: Final = 256 * 1024
"""Of a stream at a time."""
_SENDING: Final = timedelta(hours=1)
_CONNECT_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 30.0
_CHECK_SECONDS: Final = 1.0
_LONGEST: Final = timedelta(days=7)
"""S3 signs no address for longer."""
_MISSING: Final = ("NoSuchKey", "NoSuchBucket")
_FULL: Final = ("XMinioStorageFull", "XMinioAdminBucketQuotaExceeded")


class Place(NamedTuple):
    """What STORAGE_URL says: `host` with its port, `public` the origin that browsers use."""

    host: str
    key: str
    secret: str
    bucket: str
    secure: bool
    region: str
    public: str


def place_of(url: str) -> Place:
    """Of an address that the settings accepted."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    secure = given.get("secure", "1") == "1"
    host = parts.netloc.rpartition("@")[2]
    return Place(
        host,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.path.removeprefix("/"),
        secure,
        # Named, so that signing an address asks the server nothing.
        given.get("region", "us-east-1"),
        given.get("public") or f"{'https' if secure else 'http'}://{host}",
    )


class ObjectStorage(Storage):
    """A key is the name of its object; the bucket is made with the first file."""

    def __init__(self, place: Place, scratch: Path) -> None:
        public = urlsplit(place.public)
        self._place = place
        self._bucket = place.bucket
        self._scratch = scratch
        self._client = _client(place, _pool(_ANSWER_SECONDS, retries=2))
        self._asking = _client(place, _pool(_CHECK_SECONDS, retries=0))
        self._sending = _pool(_ANSWER_SECONDS, retries=0, block=SENT_BYTES)
        self._signing = _client(
            place._replace(host=public.netloc, secure=public.scheme == "https"),
            _pool(_CHECK_SECONDS, retries=0),
        )
        self._made = False

    def put(
        self,
        key: str,
        stream: BinaryIO,
        size: int | None = None,
        *,
        content_type: str | None = None,
    ) -> Stat:
        source = Counted(stream, size)
        kind = content_type or type_of(key)
        with _mapped():
            self._make_bucket()
            if size is not None and size <= WHOLE_BYTES:
                self._send(check_key(key), source, size, kind)
            else:
                self._client.put_object(
                    self._bucket,
                    check_key(key),
                    cast(BinaryIO, source),
                    -1 if size is None else size,
                    kind,
                    part_size=PART_BYTES if size is None else 0,
                    num_parallel_uploads=1,
                )
        return self.stat(key)._replace(digest=source.digest)

    def _send(self, key: str, source: Counted, size: int, kind: str) -> None:
        """The client would have each part in memory before it sends it, eight megabytes of a piece
        of an upload. Nothing is tried twice: a stream can be read only once."""
        address = self._client.presigned_put_object(self._bucket, key, _SENDING)
        body = _Heard(source)
        headers = {"Content-Length": str(size), "Content-Type": kind}
        try:
            answer = self._sending.urlopen("PUT", address, body=body, headers=headers)
        except HTTPError:
            if body.error is not None:  # of who sends it to us, and not of the storage
                raise body.error from None
            raise
        if answer.status != HTTPStatus.OK:
            raise S3Error.fromxml(answer)

    def compose(self, key: str, parts: Sequence[str], *, content_type: str | None = None) -> Stat:
        kind = content_type or type_of(key)
        sources = [ComposeSource(self._bucket, check_key(part)) for part in parts]
        try:
            with _mapped():
                self._client.compose_object(
                    self._bucket, check_key(key), sources, metadata={"Content-Type": kind}
                )
        except ValueError:
            # The server merges no parts below 5 MiB, but for the last: they go through here.
            with _Chain(self, parts) as chain:
                made = self.put(key, cast(BinaryIO, chain), content_type=kind)
            return made._replace(digest=None)
        return self.stat(key)

    @contextmanager
    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        check_key(key)
        if length == 0:
            self.stat(key)
            yield io.BytesIO()
            return
        with _mapped():
            try:
                answer = self._client.get_object(self._bucket, key, start, length or 0)
            except S3Error as error:
                if error.code != "InvalidRange":
                    raise
                yield io.BytesIO()  # from behind the end
                return
            try:
                yield cast(BinaryIO, answer)
            finally:
                answer.close()
                answer.release_conn()

    def stat(self, key: str) -> Stat:
        with _mapped():
            found = self._client.stat_object(self._bucket, check_key(key))
        modified = cast(datetime, found.last_modified)
        return Stat(key, found.size or 0, modified, found.content_type or type_of(key))

    def list(self, prefix: str) -> Iterator[Stat]:
        check_prefix(prefix)
        with _mapped():
            try:
                for one in self._client.list_objects(self._bucket, prefix, recursive=True):
                    key = cast(str, one.object_name)
                    modified = cast(datetime, one.last_modified)
                    yield Stat(key, one.size or 0, modified, type_of(key))
            except S3Error as error:
                if error.code != "NoSuchBucket":
                    raise

    def remove(self, key: str) -> None:
        with _mapped():
            try:
                self._client.remove_object(self._bucket, check_key(key))
            except S3Error as error:
                if error.code not in _MISSING:
                    raise

    def remove_all(self, prefix: str) -> None:
        if not prefix.endswith("/"):
            raise ValueError(f"{prefix!r} is no folder")
        doomed = [DeleteObject(found.key) for found in self.list(prefix)]
        with _mapped():
            for error in self._client.remove_objects(self._bucket, doomed):
                raise StorageAway from RuntimeError(error.code)

    def address(
        self,
        key: str,
        *,
        lifetime: timedelta,
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        said: dict[str, Any] = {}
        if filename:
            said["response-content-disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
        if content_type:
            said["response-content-type"] = content_type
        return self._signing.presigned_get_object(
            self._bucket,
            check_key(key),
            expires=min(lifetime, _LONGEST),
            response_headers=said,
            request_date=clock.now(),
        )

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._scratch / f"{secrets.token_hex(8)}{Path(key).suffix}"
        try:
            with disk.room(), self.open(key) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)
            yield path
        finally:
            path.unlink(missing_ok=True)

    @property
    def origin(self) -> str:
        return self._place.public

    def check(self) -> None:
        with _mapped():
            # A bucket that is not there yet is made with the first file.
            self._asking.bucket_exists(self._bucket)

    def sweep(self, now: datetime) -> None:
        disk.sweep(self._scratch, now)

    def _make_bucket(self) -> None:
        if self._made:
            return
        if not self._client.bucket_exists(self._bucket):
            try:
                self._client.make_bucket(self._bucket)
            except S3Error as error:
                if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                    raise
        self._made = True


class _Chain:
    """Stored files one after the other as one stream."""

    def __init__(self, store: Storage, parts: Sequence[str]) -> None:
        self._store = store
        self._names = iter(parts)
        self._open = ExitStack()
        self._stream: BinaryIO = io.BytesIO()

    def __enter__(self) -> _Chain:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def read(self, wanted: int) -> bytes:
        while not (read := self._stream.read(wanted)):
            self._open.close()
            if (name := next(self._names, None)) is None:
                break
            self._stream = self._open.enter_context(self._store.open(name))
        return read


class _Heard:
    """A stream that remembers how reading it failed."""

    def __init__(self, stream: Counted) -> None:
        self._stream = stream
        self.error: Exception | None = None

    def read(self, wanted: int) -> bytes:
        try:
            return self._stream.read(wanted)
        except Exception as error:
            self.error = error
            raise


def _pool(seconds: float, *, retries: int, block: int = 16 * 1024) -> PoolManager:
    return PoolManager(
        timeout=Timeout(connect=min(seconds, _CONNECT_SECONDS), read=seconds),
        retries=Retry(retries, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
        maxsize=10,
        blocksize=block,
    )


def _client(place: Place, pool: PoolManager) -> Minio:
    return Minio(
        place.host,
        place.key,
        place.secret,
        secure=place.secure,
        region=place.region,
        http_client=pool,
    )


@contextmanager
def _mapped() -> Iterator[None]:
    """What the client raises, as the port's errors. Its texts name hosts: they stay in the log."""
    try:
        yield
    except S3Error as error:
        if error.code in _MISSING:
            raise NotStored from error
        if error.code in _FULL:
            raise StorageFull from error
        get_logger(__name__).warning("storage refused", code=error.code)
        raise StorageAway from error
    except (MinioException, HTTPError) as error:
        get_logger(__name__).warning("storage away", error=type(error).__name__)
        raise StorageAway from error
