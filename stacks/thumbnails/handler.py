"""Makes a thumbnail of every new picture: reads ``originals/KEY``, writes ``thumbnails/KEY``.

It serves the events of new objects that EventBridge or S3 itself sends. On the bucket it needs
``s3:GetObject`` on ``originals/*`` and ``s3:PutObject`` on ``thumbnails/*``, on the bucket's
key ``kms:Decrypt`` and ``kms:GenerateDataKey``, and nothing else.

Environment:
    PICTURE_BUCKET: the one bucket whose events are served. Required.
    THUMBNAIL_SIZE: longest edge of a thumbnail in pixels. Default 256.
    MAX_PICTURE_BYTES: largest original that is downloaded. Default 25 MiB.
    MAX_PICTURE_PIXELS: largest original that is decoded. Default 50 million.

A picture that cannot be used (broken, too large, not a picture) is logged and done with: a
retry would end the same way. A call to AWS that fails raises, and Lambda tries again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image, ImageCms, ImageOps

SOURCE_PREFIX: Final = "originals/"
TARGET_PREFIX: Final = "thumbnails/"

# What is read, and what it becomes. Every other decoder of Pillow stays shut: fewer parsers
# meet files that strangers upload. MPO is the JPEG of phones that store a second picture.
FORMATS: Final = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
SAVE_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85},
}
CONTENT_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SRGB: Final = ImageCms.createProfile("sRGB")

# Made while Lambda starts the function, when it has a full processor. botocore's own read
# timeout (60 s) would outlast the function.
s3: Any = boto3.client(
    "s3", config=Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard"})
)


class UnusablePictureError(Exception):
    """The picture can never become a thumbnail; its text says why."""


class StorageError(Exception):
    """A call to S3 failed; Lambda should try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment asks for."""

    bucket: str
    size: int
    max_bytes: int
    max_pixels: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; without ``PICTURE_BUCKET`` there is nothing to serve."""
        return cls(
            bucket=environment["PICTURE_BUCKET"],
            size=int(environment.get("THUMBNAIL_SIZE", "256")),
            max_bytes=int(environment.get("MAX_PICTURE_BYTES", str(25 * 1024 * 1024))),
            max_pixels=int(environment.get("MAX_PICTURE_PIXELS", "50000000")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A finished thumbnail."""

    body: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObject:
    """What an event tells about an object that was created."""

    bucket: str
    key: str
    size: int


def handler(event: Mapping[str, Any], context: object = None) -> None:  # noqa: ARG001  Lambda's call
    """Serve one event.

    Every picture is tried before the first failure is raised: one that always fails must not
    keep the others waiting. Trying a picture twice is harmless.
    """
    settings = Settings.from_environment(os.environ)
    failure: StorageError | None = None
    for new in new_objects(event):
        try:
            thumbnail = _serve(settings, new)
        except UnusablePictureError as error:
            _log("skipped", new.key, reason=str(error))
        except StorageError as error:
            _log("failed", new.key, reason=str(error))
            failure = failure or error
        else:
            _log("made", new.key, width=thumbnail.width, height=thumbnail.height)
    if failure:
        raise failure


def new_objects(event: Mapping[str, Any]) -> Iterator[NewObject]:
    """Yield the objects that an event of EventBridge, or one of S3's own, is about."""
    if event.get("detail-type") == "Object Created":
        created = event["detail"]["object"]
        yield NewObject(
            bucket=event["detail"]["bucket"]["name"],
            key=created["key"],  # as it is; only S3's own events encode it
            size=created.get("size", 0),
        )
    # S3's test event, sent when a notification is set up, has no records.
    for record in event.get("Records", ()):
        created = record["s3"]["object"]
        yield NewObject(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(created["key"]),
            size=created.get("size", 0),
        )


def make_thumbnail(picture: bytes, *, size: int, max_pixels: int) -> Thumbnail:
    """Shrink a picture so that its longest edge is at most ``size`` pixels.

    It comes out upright, in sRGB and without metadata; smaller pictures keep their size. Of an
    animation the first frame is taken.

    Raises:
        UnusablePictureError: it is no picture, broken, or has more than ``max_pixels``.
    """
    try:
        with warnings.catch_warnings():
            # From the limit to twice the limit Pillow only warns.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = max_pixels
            with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "GIF", "WEBP")) as image:
                return _encode(_shrink(image, size), FORMATS[image.format or ""])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusablePictureError(f"more than {max_pixels} pixels") from error
    except Exception as error:
        # Decoders raise nearly anything on a broken file, and a retry reads the same bytes.
        # No call to AWS is made in here, so none is hidden.
        reason = f"broken or of an unsupported format ({type(error).__name__})"
        raise UnusablePictureError(reason) from error


def _serve(settings: Settings, new: NewObject) -> Thumbnail:
    if new.bucket != settings.bucket:
        raise UnusablePictureError("of another bucket")
    name = new.key.removeprefix(SOURCE_PREFIX)
    # Also what keeps the function from ever being fed its own thumbnails.
    if name == new.key or not name:
        raise UnusablePictureError(f"not under {SOURCE_PREFIX}")
    if new.size > settings.max_bytes:
        raise UnusablePictureError(f"more than {settings.max_bytes} bytes")
    picture = _read(settings, new.key)
    thumbnail = make_thumbnail(picture, size=settings.size, max_pixels=settings.max_pixels)
    _write(settings, TARGET_PREFIX + name, thumbnail)
    return thumbnail


def _read(settings: Settings, key: str) -> bytes:
    try:
        # Never by version ID: that takes s3:GetObjectVersion, which reads every deleted and
        # overwritten picture too. The newest version is the one to show anyway.
        answer = s3.get_object(Bucket=settings.bucket, Key=key)
        # The event told the size of the version that was created; this may be a newer one.
        if answer["ContentLength"] > settings.max_bytes:
            answer["Body"].close()
            raise UnusablePictureError(f"more than {settings.max_bytes} bytes")
        body: bytes = answer["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise _storage_error("s3:GetObject", error) from None
    return body


def _write(settings: Settings, key: str, thumbnail: Thumbnail) -> None:
    try:
        # No encryption headers: the bucket's default encryption names the key. One plain put:
        # a multipart upload would need more of KMS.
        s3.put_object(
            Bucket=settings.bucket,
            Key=key,
            Body=thumbnail.body,
            ContentType=thumbnail.content_type,
        )
    except (BotoCoreError, ClientError) as error:
        raise _storage_error("s3:PutObject", error) from None


def _storage_error(action: str, error: BotoCoreError | ClientError) -> StorageError:
    """Name the action and AWS's code, not its message.

    A deleted picture reads as AccessDenied: without s3:ListBucket AWS does not tell the two
    apart. The message AWS gives with it spells out the object's key, and what is raised is
    logged.
    """
    code = type(error).__name__
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", code)
    return StorageError(f"{action} failed: {code}")


def _shrink(image: Image.Image, size: int) -> Image.Image:
    """Return the picture small, upright and in sRGB."""
    if image.has_transparency_data and image.mode != "RGBA":
        # Before shrinking: a palette's transparent colour cannot be blended.
        image = image.convert("RGBA")
    elif image.mode.startswith("I"):
        image = image.convert("I")  # 16 bits a pixel, in one of several byte orders
    elif image.mode not in ("RGBA", "RGB", "L", "CMYK"):
        image = image.convert("RGB")
    # First shrink, then turn: the other way round turns every pixel of the original. Nothing
    # is enlarged, and a JPEG is decoded at reduced size from the start.
    image.thumbnail((size, size))
    if image.mode == "I":
        # Converting alone would cut off what exceeds 8 bits instead of scaling it.
        image = image.point(lambda value: value / 256).convert("L")
    return _to_srgb(ImageOps.exif_transpose(image))


def _to_srgb(image: Image.Image) -> Image.Image:
    """Convert the colours, because the profile that explains them is left out."""
    profile = image.info.get("icc_profile")
    if profile:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        source = io.BytesIO(profile)
        try:
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            pass  # A broken profile costs a shade of colour, not the thumbnail.
        else:
            if converted is not None:
                return converted
    return image.convert("RGB") if image.mode == "CMYK" else image


def _encode(image: Image.Image, file_format: str) -> Thumbnail:
    # Pillow writes comments, profiles and more of what it read, unless it is gone.
    image.info = {}
    body = io.BytesIO()
    image.save(body, file_format, **SAVE_OPTIONS[file_format])
    return Thumbnail(
        body=body.getvalue(),
        content_type=CONTENT_TYPES[file_format],
        width=image.width,
        height=image.height,
    )


def _log(outcome: str, key: str, **details: str | int) -> None:
    """Print one JSON line.

    Keys hold people's IDs and the names they gave their pictures, and logs outlive both: the
    line has a digest instead. Whoever has a key can compute it and find its lines; whoever
    has only the log learns no key.
    """
    picture = hashlib.sha256(key.encode()).hexdigest()[:16]
    print(json.dumps({"thumbnail": outcome, "picture": picture, **details}), flush=True)
