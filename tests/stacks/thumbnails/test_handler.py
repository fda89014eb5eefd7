"""The thumbnail function: what it makes of a picture, what it leaves alone, when it fails."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from PIL import Image, ImageCms

from stacks.thumbnails import handler as function

BUCKET = "pictures"
JPEG_OPTIONS: dict[str, Any] = {"quality": 95, "subsampling": 0}


class Body(io.BytesIO):
    """An object's content that counts what is read of it."""

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        FakeS3.bytes_read += len(content)
        return content


@dataclass
class FakeS3:
    """As much of S3 as the function may call; another call would be an AttributeError."""

    objects: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bytes_read = 0

    def get_object(self, **arguments: str) -> dict[str, Any]:
        assert arguments.keys() == {"Bucket", "Key"}  # a version would need another right
        assert arguments["Bucket"] == BUCKET
        self._called("get", arguments["Key"])
        content = self.objects[arguments["Key"]]
        return {"ContentLength": len(content), "Body": Body(content)}

    def put_object(self, **arguments: Any) -> None:
        assert arguments.keys() == {"Bucket", "Key", "Body", "ContentType"}
        assert arguments["Bucket"] == BUCKET
        self._called("put", arguments["Key"])
        self.written[arguments["Key"]] = arguments

    def _called(self, operation: str, key: str) -> None:
        self.calls.append(f"{operation} {key}")
        if key in self.errors:
            raise self.errors[key]


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    """The function's S3, and the environment that the stack gives it."""
    fake = FakeS3()
    FakeS3.bytes_read = 0
    monkeypatch.setattr(function, "s3", fake)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setenv("PICTURE_BUCKET", BUCKET)
    for name in ("THUMBNAIL_SIZE", "MAX_PICTURE_BYTES", "MAX_PICTURE_PIXELS"):
        monkeypatch.delenv(name, raising=False)
    return fake


def event(*keys: str, bucket: str = BUCKET, size: int = 1000) -> dict[str, Any]:
    """Return what S3 itself sends for new objects."""
    return {
        "Records": [
            {
                "eventName": "ObjectCreated:Put",
                "userIdentity": {"principalId": "AWS:AROAEXAMPLE:person"},
                "requestParameters": {"sourceIPAddress": "192.0.2.1"},
                "s3": {
                    "bucket": {"name": bucket},
                    "object": {"key": quote_plus(key, safe="/"), "size": size, "versionId": "v1"},
                },
            }
            for key in keys
        ]
    }


def bus_event(key: str, bucket: str = BUCKET, size: int = 1000) -> dict[str, Any]:
    """Return what EventBridge sends for a new object: one at a time, its key as it is."""
    return {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {
            "bucket": {"name": bucket},
            "object": {"key": key, "size": size, "version-id": "v1"},
            "requester": "AROAEXAMPLE:person",
            "source-ip-address": "192.0.2.1",
            "reason": "PutObject",
        },
    }


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def thumbnail_of(s3: FakeS3, picture: bytes, key: str = "originals/a") -> Image.Image:
    """Run the function on one picture; return what it wrote, decoded."""
    s3.objects[key] = picture
    function.handler(bus_event(key))
    [written] = s3.written.values()
    image = Image.open(io.BytesIO(written["Body"]))
    assert image.get_format_mimetype() == written["ContentType"]
    image.load()
    return image


def denied(operation: str) -> ClientError:
    """Return the error of a refused call, in AWS's words."""
    message = "User: arn:aws:sts::1:assumed-role/R/f is not authorized on originals/secret.jpg"
    return ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, operation)


def close(color: object, expected: tuple[int, ...]) -> bool:
    """Tell whether a color is the expected one but for the loss of compression."""
    assert isinstance(color, tuple)
    return all(abs(a - b) <= 4 for a, b in zip(color, expected, strict=True))


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def test_a_picture_becomes_a_thumbnail_under_the_same_name(s3: FakeS3) -> None:
    image = thumbnail_of(
        s3, encoded(Image.new("RGB", (1200, 800), "green"), "JPEG"), "originals/p1/tree.jpg"
    )

    assert (image.format, image.size) == ("JPEG", (256, 171))
    assert close(image.getpixel((100, 100)), (0, 128, 0))
    assert s3.calls == ["get originals/p1/tree.jpg", "put thumbnails/p1/tree.jpg"]


def test_the_environment_sets_the_longest_edge(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THUMBNAIL_SIZE", "100")

    image = thumbnail_of(s3, encoded(Image.new("L", (400, 800)), "PNG"))

    assert image.size == (50, 100)


def test_a_small_picture_is_not_enlarged(s3: FakeS3) -> None:
    assert thumbnail_of(s3, encoded(Image.new("RGB", (3, 2)), "PNG")).size == (3, 2)


def test_a_very_thin_picture_keeps_a_pixel(s3: FakeS3) -> None:
    assert thumbnail_of(s3, encoded(Image.new("RGB", (5000, 1)), "PNG")).size == (256, 1)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (-1, 0)),
        (3, (-1, -1)),
        (4, (0, -1)),
        (5, (0, 0)),
        (6, (-1, 0)),
        (7, (-1, -1)),
        (8, (0, -1)),
    ],
)
def test_a_picture_comes_out_upright(s3: FakeS3, orientation: int, corner: tuple[int, int]) -> None:
    picture = Image.new("RGB", (800, 400), "blue")
    picture.paste("red", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = orientation

    image = thumbnail_of(s3, encoded(picture, "JPEG", exif=exif, **JPEG_OPTIONS))

    assert image.size == ((256, 128) if orientation < 5 else (128, 256))
    x, y = (
        10 if side == 0 else length - 10 for side, length in zip(corner, image.size, strict=True)
    )
    assert close(image.getpixel((x, y)), (254, 0, 0))
    assert not image.getexif()


def test_a_palette_picture_is_turned_upright_too(s3: FakeS3) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (40, 20), "red").quantize()

    assert thumbnail_of(s3, encoded(picture, "PNG", exif=exif)).size == (20, 40)


def test_metadata_stays_behind(s3: FakeS3) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET camera"
    exif.get_ifd(0x8825)[1] = "SECRET place"
    picture = encoded(
        Image.new("RGB", (300, 300)), "JPEG", exif=exif, comment=b"SECRET", xmp=b"<x>SECRET</x>"
    )
    assert picture.count(b"SECRET") >= 3

    image = thumbnail_of(s3, picture)

    [written] = s3.written.values()
    assert b"SECRET" not in written["Body"]
    assert not image.getexif()
    assert not image.info.keys() & {"exif", "comment", "xmp", "icc_profile"}


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_transparency_is_kept(s3: FakeS3, file_format: str) -> None:
    picture = Image.new("RGBA", (600, 600), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 0, 300, 600))

    image = thumbnail_of(s3, encoded(picture, file_format, lossless=True))

    assert (image.format, image.mode) == (file_format, "RGBA")
    left, right = image.getpixel((50, 100)), image.getpixel((200, 100))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert (left[3], right[3]) == (255, 0)


def test_the_transparent_color_of_a_palette_is_kept(s3: FakeS3) -> None:
    picture = Image.new("P", (400, 400), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.paste(1, (0, 0, 200, 400))

    image = thumbnail_of(s3, encoded(picture, "GIF", transparency=0))

    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert image.getpixel((50, 50)) == (0, 0, 255, 255)
    right = image.getpixel((200, 50))
    assert isinstance(right, tuple)
    assert right[3] == 0


def test_cmyk_becomes_rgb(s3: FakeS3) -> None:
    picture = Image.new("CMYK", (500, 500), (0, 255, 255, 0))

    image = thumbnail_of(s3, encoded(picture, "JPEG", **JPEG_OPTIONS))

    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert close(image.getpixel((50, 50)), (254, 0, 0))


def test_sixteen_bits_a_pixel_are_scaled_to_eight(s3: FakeS3) -> None:
    picture = Image.frombytes("I;16", (300, 300), struct.pack("<H", 50000) * 90000)

    image = thumbnail_of(s3, encoded(picture, "PNG"))

    assert (image.mode, image.getpixel((9, 9))) == ("L", 50000 // 256)


def test_colors_of_another_profile_become_srgb(s3: FakeS3) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A profile in which what is stored as red means blue.
    swapped = srgb.replace(b"rXYZ", b"xXYZ").replace(b"bXYZ", b"rXYZ").replace(b"xXYZ", b"bXYZ")
    picture = encoded(Image.new("RGB", (300, 300), "red"), "PNG", icc_profile=swapped)

    assert close(thumbnail_of(s3, picture).getpixel((9, 9)), (0, 0, 255))


@pytest.mark.parametrize(
    "profile",
    [b"broken", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()],
    ids=["broken", "of another color space"],
)
def test_a_profile_that_cannot_be_applied_is_passed_over(s3: FakeS3, profile: bytes) -> None:
    picture = encoded(Image.new("RGB", (300, 300), (120, 130, 140)), "PNG", icc_profile=profile)

    assert thumbnail_of(s3, picture).getpixel((9, 9)) == (120, 130, 140)


def test_of_several_frames_the_first_is_taken(s3: FakeS3) -> None:
    red, blue = Image.new("RGB", (50, 50), "red"), Image.new("RGB", (50, 50), "blue")
    for file_format in ("GIF", "WEBP", "MPO"):
        picture = encoded(red, file_format, save_all=True, append_images=[blue])

        image = thumbnail_of(s3, picture)

        assert getattr(image, "n_frames", 1) == 1
        assert close(image.convert("RGB").getpixel((20, 20)), (254, 0, 0))


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (b"", "broken or of an unsupported format (UnidentifiedImageError)"),
        (b"no picture", "broken or of an unsupported format (UnidentifiedImageError)"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "UnidentifiedImageError"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "UnidentifiedImageError"),
        (encoded(Image.new("RGB", (9, 9)), "TIFF"), "UnidentifiedImageError"),
        (encoded(Image.effect_noise((300, 300), 90), "JPEG")[:5000], "(OSError)"),
        (encoded(Image.effect_noise((300, 300), 90), "PNG")[:5000], "broken"),
        (encoded(Image.effect_noise((300, 300), 90), "WEBP")[:5000], "broken"),
        (png_header(100, 100), "broken"),
        (png_header(8_000, 8_000), "more than 50000000 pixels"),
        (png_header(60_000, 60_000), "more than 50000000 pixels"),
    ],
)
def test_an_unusable_picture_is_logged_and_not_tried_again(
    s3: FakeS3, capsys: pytest.CaptureFixture[str], picture: bytes, reason: str
) -> None:
    s3.objects["originals/a.jpg"] = picture

    function.handler(event("originals/a.jpg"))

    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["thumbnail"] == "skipped"
    assert reason in json.loads(line)["reason"]
    assert not s3.written


def test_a_picture_that_is_too_large_is_not_downloaded(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    function.handler(event("originals/a.jpg", size=25 * 1024 * 1024 + 1))
    function.handler(bus_event("originals/a.jpg", size=25 * 1024 * 1024 + 1))
    assert not s3.calls

    # The event may tell of a smaller version than the one there is by now.
    monkeypatch.setenv("MAX_PICTURE_BYTES", "1000")
    s3.objects["originals/a.jpg"] = b"\0" * 1001
    function.handler(event("originals/a.jpg", size=1000))
    assert s3.calls == ["get originals/a.jpg"]
    assert FakeS3.bytes_read == 0

    reasons = [json.loads(line)["reason"] for line in capsys.readouterr().out.splitlines()]
    assert reasons == [*2 * ["more than 26214400 bytes"], "more than 1000 bytes"]


@pytest.mark.parametrize(
    "key",
    [
        "a.jpg",
        "thumbnails/a.jpg",
        "x/originals/a.jpg",
        "Originals/a.jpg",
        "originals/",
        "originals",
    ],
)
def test_what_is_not_under_originals_is_left_alone(s3: FakeS3, key: str) -> None:
    function.handler(event(key))
    function.handler(bus_event(key))

    assert not s3.calls


def test_the_event_of_another_bucket_is_left_alone(s3: FakeS3) -> None:
    function.handler(event("originals/a.jpg", bucket="other"))
    function.handler(bus_event("originals/a.jpg", bucket="other"))

    assert not s3.calls


def test_events_of_another_kind_are_left_alone(s3: FakeS3) -> None:
    function.handler(bus_event("originals/a.jpg") | {"detail-type": "Object Deleted"})
    function.handler({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET})

    assert not s3.calls


@pytest.mark.parametrize("name", ["my tree+house.png", "Bäume/größe ü.png", "100%25/a=b&c.png"])
@pytest.mark.parametrize("sent_by", [event, bus_event])
def test_keys_are_decoded_only_where_they_come_encoded(
    s3: FakeS3, name: str, sent_by: Callable[[str], dict[str, Any]]
) -> None:
    s3.objects[f"originals/{name}"] = encoded(Image.new("RGB", (5, 5)), "PNG")

    function.handler(sent_by(f"originals/{name}"))

    assert s3.calls == [f"get originals/{name}", f"put thumbnails/{name}"]


@pytest.mark.parametrize(
    ("key", "action"),
    [("originals/b.png", "s3:GetObject"), ("thumbnails/b.png", "s3:PutObject")],
)
def test_a_refused_call_is_raised_after_the_other_pictures_are_done(
    s3: FakeS3, capsys: pytest.CaptureFixture[str], key: str, action: str
) -> None:
    picture = encoded(Image.new("RGB", (5, 5)), "PNG")
    names = ("a", "b", "broken", "c")
    s3.objects = {f"originals/{name}.png": picture for name in names}
    s3.objects["originals/broken.png"] = b"broken"
    s3.errors = {key: denied(action)}

    with pytest.raises(function.StorageError, match=rf"^{action} failed: AccessDenied$"):
        function.handler(event(*s3.objects))

    assert s3.written.keys() == {"thumbnails/a.png", "thumbnails/c.png"}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["thumbnail"] for line in lines] == ["made", "failed", "skipped", "made"]


def test_a_connection_that_breaks_is_raised(s3: FakeS3) -> None:
    s3.errors = {"originals/a.png": ReadTimeoutError(endpoint_url="https://s3.example")}

    with pytest.raises(function.StorageError, match=r"^s3:GetObject failed: ReadTimeoutError$"):
        function.handler(event("originals/a.png"))


def test_neither_logs_nor_errors_tell_whose_picture_it_is(
    s3: FakeS3, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.objects = {"originals/secret-ok.png": encoded(Image.new("RGB", (5, 5)), "PNG")}
    s3.errors = {"originals/secret.jpg": denied("GetObject")}

    with pytest.raises(function.StorageError) as caught:
        function.handler(event("originals/secret-ok.png", "originals/secret.jpg"))

    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    output = capsys.readouterr()
    assert not output.err
    for personal in ("secret", "AROAEXAMPLE", "192.0.2.1"):
        assert personal not in output.out
    digest = hashlib.sha256(b"originals/secret-ok.png").hexdigest()[:16]
    assert json.loads(output.out.splitlines()[0]) == {
        "thumbnail": "made",
        "picture": digest,
        "width": 5,
        "height": 5,
    }


def test_without_its_bucket_the_function_does_not_start_to_work(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PICTURE_BUCKET")

    with pytest.raises(KeyError, match="PICTURE_BUCKET"):
        function.handler(event("originals/a.png"))

    assert not s3.calls
