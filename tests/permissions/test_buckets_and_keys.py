"""What readers, writers and listers of a bucket, and users of a key may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import Stack, aws_kms as kms, aws_s3 as s3

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    KmsDecrypt,
    KmsEncrypt,
    KmsGenerateDataKey,
    KmsGetPublicKey,
    KmsSign,
    KmsVerify,
    Permission,
    S3Delete,
    S3List,
    S3ListUploads,
    S3Read,
    S3Write,
    SigningAlgorithm,
)
from tests.permissions.kit import (
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

BUCKET = "arn:aws:s3:::pictures"
CONTEXT = "kms:EncryptionContext:aws:s3:arn"
READ = S3Read(bucket_arn=BUCKET, prefix="in/", kms_key_arn=KEY)
WRITE = S3Write(bucket_arn=BUCKET, prefix="in/", kms_key_arn=KEY)
LIST = S3List(bucket_arn=BUCKET, prefix="in/")
DECRYPT = KmsDecrypt(
    key_arn=KEY,
    via_service="secretsmanager.eu-central-1.amazonaws.com",
    encryption_context={"SecretARN": "a"},
)
SIGN = KmsSign(key_arn=KEY, algorithms=(SigningAlgorithm.ECDSA_SHA_256,))


def through_s3(**context: Any) -> dict[str, Any]:
    service = {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}
    equals = context.pop("StringEquals", {})
    return {"StringEquals": service | equals, **context}


SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (
        S3Read(bucket_arn=BUCKET, versions=True),
        [allow(["s3:GetObject", "s3:GetObjectVersion"], f"{BUCKET}/*")],
    ),
    (
        replace(READ, bucket_key=True),
        [
            allow("s3:GetObject", f"{BUCKET}/in/*"),
            allow("kms:Decrypt", KEY, **through_s3(StringEquals={CONTEXT: BUCKET})),
        ],
    ),
    (
        replace(READ, bucket_key=False),
        [
            allow("s3:GetObject", f"{BUCKET}/in/*"),
            allow("kms:Decrypt", KEY, **through_s3(StringLike={CONTEXT: f"{BUCKET}/in/*"})),
        ],
    ),
    (
        S3Write(bucket_arn=BUCKET, list_parts=True),
        [
            allow(
                ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
                f"{BUCKET}/*",
            )
        ],
    ),
    (
        S3Delete(bucket_arn=BUCKET, versions=True),
        [allow(["s3:DeleteObject", "s3:DeleteObjectVersion"], f"{BUCKET}/*")],
    ),
    (
        S3List(bucket_arn=BUCKET, prefix="in/", versions=True),
        [
            allow(
                ["s3:ListBucket", "s3:ListBucketVersions"],
                BUCKET,
                StringLike={"s3:prefix": "in/*"},
            )
        ],
    ),
    (S3ListUploads(bucket_arn=BUCKET), [allow("s3:ListBucketMultipartUploads", BUCKET)]),
    (
        DECRYPT,
        [
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={
                    "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com",
                    "kms:EncryptionContext:SecretARN": "a",
                },
            )
        ],
    ),
    (KmsEncrypt(key_arn=KEY), [allow("kms:Encrypt", KEY)]),
    (KmsGenerateDataKey(key_arn=KEY), [allow("kms:GenerateDataKey", KEY)]),
    (
        KmsGenerateDataKey(key_arn=KEY, plaintext=False, encryption_context={"app": "a"}),
        [
            allow(
                "kms:GenerateDataKeyWithoutPlaintext",
                KEY,
                StringEquals={"kms:EncryptionContext:app": "a"},
            )
        ],
    ),
    (KmsSign(key_arn=KEY), [allow("kms:Sign", KEY)]),
    (SIGN, [allow("kms:Sign", KEY, StringEquals={"kms:SigningAlgorithm": "ECDSA_SHA_256"})]),
    (KmsVerify(key_arn=KEY), [allow("kms:Verify", KEY)]),
    (KmsGetPublicKey(key_arn=KEY), [allow("kms:GetPublicKey", KEY)]),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements


@pytest.mark.parametrize("permission", [permission for permission, _ in SAID])
def test_aws_knows_what_is_said(permission: Permission) -> None:
    check_is_known_to_aws(permission)


# What is allowed, and what is beside it ---------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "key", "allowed"),
    [
        ("s3:GetObject", "in/a.png", True),
        ("s3:GetObject", "in/deep/a.png", True),
        ("s3:GetObject", "in", False),
        ("s3:GetObject", "inner/a.png", False),
        ("s3:GetObject", "out/a.png", False),
        ("s3:GetObject", "", False),
        ("s3:GetObjectVersion", "in/a.png", False),
        ("s3:PutObject", "in/a.png", False),
        ("s3:DeleteObject", "in/a.png", False),
    ],
)
def test_a_reader_reads_the_newest_under_its_prefix(action: str, key: str, allowed: bool) -> None:
    assert is_allowed(READ, action, f"{BUCKET}/{key}") is allowed


@pytest.mark.parametrize("permission", [READ, WRITE, S3Delete(bucket_arn=BUCKET)])
def test_nobody_reaches_another_bucket_or_lists_one(permission: Permission) -> None:
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert not is_allowed(permission, action, "arn:aws:s3:::pictures-2/in/a.png")
    for action in ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"):
        assert not is_allowed(permission, action, BUCKET, {"s3:prefix": "in/"})


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("s3:PutObject", True),
        ("s3:AbortMultipartUpload", True),
        ("s3:ListMultipartUploadParts", False),
        ("s3:GetObject", False),
        ("s3:DeleteObject", False),
        ("s3:PutObjectAcl", False),
        ("s3:PutObjectTagging", False),
        ("s3:PutObjectRetention", False),
        ("s3:ReplicateObject", False),
    ],
)
def test_a_writer_writes_and_nothing_else(action: str, allowed: bool) -> None:
    assert is_allowed(WRITE, action, f"{BUCKET}/in/a.png") is allowed


def test_who_deletes_leaves_versions_unless_it_says_so() -> None:
    version = "s3:DeleteObjectVersion"
    delete = S3Delete(bucket_arn=BUCKET, prefix="tmp/")
    assert is_allowed(delete, "s3:DeleteObject", f"{BUCKET}/tmp/a")
    assert not is_allowed(delete, version, f"{BUCKET}/tmp/a")
    assert is_allowed(replace(delete, versions=True), version, f"{BUCKET}/tmp/a")
    assert not is_allowed(replace(delete, versions=True), version, f"{BUCKET}/a")


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        ({"s3:prefix": "in/"}, True),
        ({"s3:prefix": "in/deep/"}, True),
        ({"s3:prefix": "in"}, False),
        ({"s3:prefix": "inner/"}, False),
        ({"s3:prefix": ""}, False),
        ({}, False),
    ],
)
def test_a_lister_lists_under_its_prefix_alone(context: dict[str, Any], allowed: bool) -> None:
    assert is_allowed(LIST, "s3:ListBucket", BUCKET, context) is allowed
    assert not is_allowed(LIST, "s3:ListBucketVersions", BUCKET, context)
    assert is_allowed(replace(LIST, versions=True), "s3:ListBucketVersions", BUCKET, context) is (
        allowed
    )
    assert not is_allowed(LIST, "s3:ListBucketMultipartUploads", BUCKET, context)


def test_who_lists_uploads_sees_neither_objects_nor_parts() -> None:
    uploads = S3ListUploads(bucket_arn=BUCKET)
    assert is_allowed(uploads, "s3:ListBucketMultipartUploads", BUCKET)
    assert not is_allowed(uploads, "s3:ListBucketMultipartUploads", "arn:aws:s3:::other")
    assert not is_allowed(uploads, "s3:ListBucket", BUCKET)
    assert not is_allowed(uploads, "s3:ListMultipartUploadParts", f"{BUCKET}/in/a")
    assert not is_allowed(uploads, "s3:AbortMultipartUpload", f"{BUCKET}/in/a")


THROUGH = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}


@pytest.mark.parametrize(
    ("bucket_key", "arn", "allowed"),
    [
        (True, BUCKET, True),
        (True, f"{BUCKET}/in/a", False),
        (False, BUCKET, False),
        (False, f"{BUCKET}/in/a", True),
        (False, f"{BUCKET}/out/a", False),
        (None, BUCKET, True),
        (None, f"{BUCKET}/in/a", True),
        (None, f"{BUCKET}/out/a", False),
        (None, f"{BUCKET}-2", False),
        (None, f"{BUCKET}-2/in/a", False),
    ],
)
def test_the_key_is_used_for_what_s3_shows_kms(
    bucket_key: bool | None, arn: str, allowed: bool
) -> None:
    permission = replace(READ, bucket_key=bucket_key)
    assert is_allowed(permission, "kms:Decrypt", KEY, {**THROUGH, CONTEXT: arn}) is allowed


@pytest.mark.parametrize(
    ("key", "context"),
    [
        (OTHER_KEY, {**THROUGH, CONTEXT: BUCKET}),
        (KEY, {CONTEXT: BUCKET}),
        (KEY, THROUGH),
        (KEY, {"kms:ViaService": "s3.us-east-1.amazonaws.com", CONTEXT: BUCKET}),
        (KEY, {"kms:ViaService": "sqs.eu-central-1.amazonaws.com", CONTEXT: BUCKET}),
    ],
)
def test_the_key_is_used_through_s3_of_the_region_alone(key: str, context: dict[str, Any]) -> None:
    assert is_allowed(READ, "kms:Decrypt", KEY, {**THROUGH, CONTEXT: BUCKET})
    assert not is_allowed(READ, "kms:Decrypt", key, context)


def test_a_reader_encrypts_nothing_and_a_small_writer_decrypts_nothing() -> None:
    context = {**THROUGH, CONTEXT: BUCKET}
    assert not is_allowed(READ, "kms:GenerateDataKey", KEY, context)
    assert is_allowed(WRITE, "kms:GenerateDataKey", KEY, context)
    assert is_allowed(WRITE, "kms:Decrypt", KEY, context)
    assert not is_allowed(replace(WRITE, multipart=False), "kms:Decrypt", KEY, context)


SECRETS = "secretsmanager.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        ({"kms:ViaService": SECRETS, "kms:EncryptionContext:SecretARN": "a"}, True),
        ({"kms:ViaService": SECRETS, "kms:EncryptionContext:SecretARN": "b"}, False),
        ({"kms:ViaService": SECRETS}, False),
        ({"kms:EncryptionContext:SecretARN": "a"}, False),
        ({}, False),
    ],
)
def test_a_key_decrypts_for_its_service_and_context(context: dict[str, Any], allowed: bool) -> None:
    assert is_allowed(DECRYPT, "kms:Decrypt", KEY, context) is allowed
    assert not is_allowed(DECRYPT, "kms:Decrypt", OTHER_KEY, context)
    assert not is_allowed(DECRYPT, "kms:Encrypt", KEY, context)


USES = {
    "kms:Decrypt": KmsDecrypt(key_arn=KEY),
    "kms:Encrypt": KmsEncrypt(key_arn=KEY),
    "kms:GenerateDataKey": KmsGenerateDataKey(key_arn=KEY),
    "kms:GenerateDataKeyWithoutPlaintext": KmsGenerateDataKey(key_arn=KEY, plaintext=False),
    "kms:Sign": KmsSign(key_arn=KEY),
    "kms:Verify": KmsVerify(key_arn=KEY),
    "kms:GetPublicKey": KmsGetPublicKey(key_arn=KEY),
}


@pytest.mark.parametrize("use", USES)
def test_each_use_of_a_key_is_that_use_alone(use: str) -> None:
    others = ("kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:GenerateMac")
    for action in (*USES, *others):
        assert is_allowed(USES[use], action, KEY) is (action == use)
        assert not is_allowed(USES[use], action, OTHER_KEY)
        assert not is_allowed(USES[use], action, KEY.replace("111122223333", OTHER_ACCOUNT))


def test_who_signs_signs_as_it_was_said() -> None:
    assert is_allowed(SIGN, "kms:Sign", KEY, {"kms:SigningAlgorithm": "ECDSA_SHA_256"})
    assert not is_allowed(SIGN, "kms:Sign", KEY, {"kms:SigningAlgorithm": "ECDSA_SHA_512"})
    assert not is_allowed(SIGN, "kms:Sign", KEY)


# Of the CDK's own resources --------------------------------------------------------------------


def test_whether_bucket_keys_are_on_is_read_from_the_bucket(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    on = s3.Bucket(stack, "On", encryption_key=key, bucket_key_enabled=True)
    off = s3.Bucket(stack, "Off", encryption_key=key)
    for kind in (S3Read, S3Write, S3Delete):
        assert kind.of(on).bucket_key is True
        assert kind.of(off).bucket_key is False


def test_of_a_bucket_that_nobody_can_tell_both_contexts_are_allowed(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    imported = s3.Bucket.from_bucket_attributes(
        stack, "Imported", bucket_name="pictures", encryption_key=key
    )
    changed = s3.Bucket(stack, "Changed", encryption_key=key)
    resource = changed.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    resource.bucket_encryption = None
    for bucket in (imported, changed):
        read = S3Read.of(bucket)
        assert (read.kms_key_arn, read.bucket_key) == (key.key_arn, None)
    imported_context = S3Read.of(imported).statements()[1].conditions[1]
    assert imported_context.values == (imported.bucket_arn, f"{imported.bucket_arn}/*")


def test_the_key_behind_an_alias_is_meant(stack: Stack) -> None:
    """A policy on the alias would allow nothing."""
    key = kms.Key(stack, "Key")
    alias = kms.Alias(stack, "Alias", alias_name="alias/pictures", target_key=key)
    assert KmsDecrypt.of(alias).key_arn == key.key_arn
    assert S3Read.of(s3.Bucket(stack, "B", encryption_key=alias)).kms_key_arn == key.key_arn


def test_a_key_is_taken_with_what_limits_it(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    imported = kms.Key.from_key_arn(stack, "Imported", KEY)
    assert KmsEncrypt.of(imported).key_arn == KEY
    assert KmsGetPublicKey.of(imported).key_arn == KEY
    decrypt = KmsDecrypt.of(
        key, via_service=f"sqs.{stack.region}.amazonaws.com", encryption_context={"app": "a"}
    )
    assert decrypt.key_arn == key.key_arn
    assert decrypt.via_service == "sqs.eu-central-1.amazonaws.com"
    assert dict(decrypt.encryption_context) == {"app": "a"}
    verify = KmsVerify.of(key, algorithms=(SigningAlgorithm.ECDSA_SHA_256,))
    assert verify.algorithms == (SigningAlgorithm.ECDSA_SHA_256,)


def test_what_else_is_wanted_is_said_with_the_bucket(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    arn, region = bucket.bucket_arn, stack.region
    assert S3Read.of(bucket, "in/", versions=True) == S3Read(
        bucket_arn=arn, prefix="in/", versions=True, region=region
    )
    assert S3Write.of(bucket, multipart=False) == S3Write(
        bucket_arn=arn, multipart=False, region=region
    )
    assert S3Write.of(bucket, list_parts=True).list_parts is True
    assert S3Delete.of(bucket, versions=True).versions is True
    assert S3List.of(bucket, "in/", versions=True) == S3List(
        bucket_arn=arn, prefix="in/", versions=True
    )


def test_the_alias_of_a_key_that_is_not_known_is_refused(stack: Stack) -> None:
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/pictures")
    with pytest.raises(InvalidPermissionError, match="the key behind the imported alias/pictures"):
        KmsDecrypt.of(alias)


def test_a_bucket_is_listed_and_its_uploads(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    assert S3ListUploads.of(bucket).bucket_arn == bucket.bucket_arn
    assert S3List.of(bucket, "in/").prefix == "in/"


@pytest.mark.parametrize("make", [S3Read.of, S3List.of, S3ListUploads.of, KmsDecrypt.of])
@pytest.mark.parametrize("thing", ["pictures", None, object()])
def test_what_is_no_bucket_and_no_key_is_refused(make: Any, thing: object) -> None:
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a (bucket|key) of the CDK"):
        make(thing)


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "says"),
    [
        (S3Write, {"bucket_arn": BUCKET, "multipart": False, "list_parts": True},
         InvalidPermissionError, "list_parts must go with multipart=True"),
        (S3Read, {"bucket_arn": BUCKET, "region": "*"}, InvalidPermissionError, "one region"),
        (S3ListUploads, {"bucket_arn": f"{BUCKET}/in"}, InvalidPermissionError, "one bucket"),
        (S3ListUploads, {"bucket_arn": f"{BUCKET}*"}, InvalidArnError, "one resource"),
        (KmsGenerateDataKey, {"key_arn": KEY.replace("key/", "alias/")}, InvalidArnError,
         "key_arn must be an ARN like"),
        (KmsSign, {"key_arn": KEY[:-2] + "*"}, InvalidArnError, "must name one resource"),
        (KmsSign, {"key_arn": KEY, "algorithms": ("RSA",)}, InvalidPermissionError,
         "algorithms must be of RSASSA_PSS_SHA_256, "),
        (KmsVerify, {"key_arn": KEY, "algorithms": "SM2DSA"}, InvalidPermissionError,
         "algorithms must be a list"),
        (KmsDecrypt, {"key_arn": KEY, "via_service": "sqs"}, InvalidPermissionError,
         "must be SERVICE.REGION.amazonaws.com"),
        (KmsDecrypt, {"key_arn": KEY, "encryption_context": "a"}, InvalidPermissionError,
         "must be a mapping"),
        (KmsDecrypt, {"key_arn": KEY, "encryption_context": {"a": 1}}, InvalidPermissionError,
         "must be strings"),
        (KmsDecrypt, {"key_arn": KEY, "encryption_context": {"": "a"}}, InvalidPermissionError,
         "none of them empty"),
        (KmsDecrypt, {"key_arn": KEY, "encryption_context": {"a": "${aws:nonsense"}},
         InvalidPermissionError, "encryption_context"),
        (KmsDecrypt, {"key_arn": KEY, "encryption_context": {"${Token[TOKEN.1]}": "a"}},
         InvalidPermissionError, "known at synthesis"),
    ],
)  # fmt: skip
def test_what_would_be_wider_than_it_looks_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)


def test_a_permission_with_a_context_is_a_value_like_others() -> None:
    context = {"app": "a"}
    permission = KmsDecrypt(key_arn=KEY, encryption_context=context)
    context["app"] = "b"
    assert permission == KmsDecrypt(key_arn=KEY, encryption_context={"app": "a"})
    assert hash(permission) == hash(KmsDecrypt(key_arn=KEY, encryption_context={"app": "a"}))
