"""Named actions on named resources, held against AWS's own list."""

from __future__ import annotations

import pytest
from aws_cdk import Stack, aws_s3 as s3

from least_privilege.errors import InvalidPermissionError
from least_privilege.permissions import ActionsOn
from least_privilege.policy import Condition

HERE = "eu-central-1:111122223333"
QUEUE = f"arn:aws:sqs:{HERE}:orders"
TABLE = f"arn:aws:dynamodb:{HERE}:table/orders"
BUCKET = "arn:aws:s3:::pictures"
FUNCTION = f"arn:aws:lambda:{HERE}:function:orders"
REASON = "the names are not known at deployment"
ROLES = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/*"


def on(actions: str, *resources: str, reason: str = "", condition: str = "") -> ActionsOn:
    conditions = (Condition.of("StringEquals", condition, "payments"),) if condition else ()
    return ActionsOn(
        actions=tuple(actions.split()), resources=resources, reason=reason, conditions=conditions
    )


FITTING = [
    on("sqs:sendmessage", QUEUE),
    on("sqs:Send*", QUEUE, reason=REASON),
    on("s3:GetObject s3:ListBucket", BUCKET, f"{BUCKET}/*", reason=REASON),
    on("s3:GetObject", "arn:aws:s3:::*", reason=REASON),
    on("dynamodb:Query", TABLE, f"{TABLE}/index/*", reason=REASON),
    on("iam:PassRole", ROLES, reason=REASON, condition="iam:PassedToService"),
    on("lambda:InvokeFunction", f"{FUNCTION}:live"),
    on("sqs:SendMessage", f"arn:aws:sqs:{HERE}:${{aws:PrincipalTag/team}}-orders"),
    on("ec2:DescribeInstances", "*", reason=REASON),
    on("ec2:DescribeInstances ec2:StartInstances", "*", reason=REASON),
    on("ssm:SendCommand", "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript"),
    on("s3:PutObject", f"{BUCKET}/*", reason=REASON, condition="s3:RequestObjectTag/team"),
    on("s3:GetObject", f"{BUCKET}/a", condition="s3:DataAccessPointAccount"),
    on(
        "ec2:RunInstances",
        f"arn:aws:ec2:{HERE}:volume/*",
        reason=REASON,
        condition="ec2:VolumeType",
    ),
    on("retired:Anything", "arn:aws:other:::thing", condition="retired:Key"),
    on("retired:Anything sqs:SendMessage", "arn:aws:other:::thing"),
]


@pytest.mark.parametrize("permission", FITTING, ids=lambda each: " ".join(each.actions))
def test_what_aws_lists_and_what_it_does_not_know_passes(permission: ActionsOn) -> None:
    (statement,) = permission.statements()
    assert statement.actions == permission.actions


def test_a_resource_of_the_cdk_passes_where_its_type_is_not_known(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    assert on("s3:GetObject", bucket.bucket_arn).resources == (bucket.bucket_arn,)
    objects = bucket.arn_for_objects("in/*")
    assert on("s3:GetObject", objects, reason=REASON).resources == (objects,)
    with pytest.raises(InvalidPermissionError, match="would never be allowed"):
        on("sqs:SendMessage", objects, reason=REASON)


REFUSED = [
    ("sqs:SendMessages", (QUEUE,), "", "is no action of sqs; did you mean 'sqs:SendMessage'?"),
    ("s3:GetObjekt", (BUCKET,), "", "did you mean 's3:GetObject'?"),
    ("sqs:Sent*", (QUEUE,), "", "'sqs:Sent*' matches no action of sqs"),
    ("s3:GetObject", (BUCKET,), "", "the ARN of a resource of type bucket; the types that it "
     "accepts: accesspointobject"),
    ("s3:ListBucket", (f"{BUCKET}/*",), "", "of type object; the types that it accepts: accessp"),
    ("s3:GetObject", (QUEUE,), "", f"would never be allowed on {QUEUE!r}; the types"),
    ("sqs:SendMessage", (f"{QUEUE}:a",), "", "queue (arn:${Partition}:sqs:${Region}:${Account}"),
    ("sqs:SendMessage", ("arn:aws:sns:*:*:orders-*",), "", "would never be allowed on"),
    ("dynamodb:GetItem", (f"{TABLE}/index/by-day",), "", "of type index; the types that it"),
    ("ec2:DescribeInstances", (f"arn:aws:ec2:{HERE}:instance/i-1",), "",
     "ec2:DescribeInstances takes no resource but '*', got 'arn:aws:ec2"),
    ("ec2:StartInstances ec2:DescribeInstances", (f"arn:aws:ec2:{HERE}:instance/i-1",), "",
     "actions: ec2:DescribeInstances takes no resource but '*', so it would never be allowed on "),
    ("s3:GetObject s3:ListBucket", (f"{BUCKET}/*",), "",
     "s3:ListBucket would never be allowed on arn:aws:s3:::pictures/*, as it accepts accesspoint, "
     "bucket alone"),
    ("sqs:SendMessage", (QUEUE,), "sqs:Queue", "conditions: sqs:Queue would never match, as AWS "
     "lists it for sqs:SendMessage not at all"),
    ("s3:PutObject", (f"{BUCKET}/*",), "s3:RequestObjectTags/team",
     "did you mean 's3:RequestObjectTag/<key>'?"),
    ("s3:GetObject", (f"{BUCKET}/*",), "aws:RequestTag/team", "would never match"),
    ("s3:ListBucket", (BUCKET,), "s3:ExistingObjectTag/team", "would never match"),
    ("ec2:RunInstances", ("arn:aws:ec2:eu-central-1::image/ami-1",), "ec2:VolumeType",
     "ec2:VolumeType would never match"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "resources", "condition", "says"), REFUSED)
def test_what_would_never_be_allowed_is_an_error_with_its_mend(
    actions: str, resources: tuple[str, ...], condition: str, says: str
) -> None:
    has_wildcard = "*" in actions + "".join(resources)
    with pytest.raises(InvalidPermissionError) as caught:
        on(actions, *resources, reason=REASON if has_wildcard else "", condition=condition)
    assert says in str(caught.value)


def test_the_error_says_how_old_the_list_is() -> None:
    with pytest.raises(InvalidPermissionError, match=r"AWS's list of 20\d\d-\d\d-\d\d; a newer"):
        on("sqs:SendLetter", QUEUE)


@pytest.mark.parametrize("topic", ["topic/foo/bar", "topic/foo/*", "topic/${iot:ClientId}/up"])
def test_a_topic_of_iot_is_a_path(topic: str) -> None:
    arn = f"arn:aws:iot:eu-central-1:111122223333:{topic}"
    reason = "each device has a topic of its own below"
    assert ActionsOn(actions=("iot:Publish",), resources=(arn,), reason=reason).resources == (arn,)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (
            Condition.of("StringEquls", "aws:SourceVpc", "${Token[TOKEN.1]}"),
            "no condition operator",
        ),
        (Condition.of("IpAddress", "aws:SourceIp", "nonsense", "${Token[TOKEN.1]}"), "nonsense"),
        (Condition.of("StringEquals", "aws:SourceVpc"), "at least one value"),
    ],
)
def test_what_is_known_of_a_condition_is_checked_beside_tokens(
    condition: Condition, says: str
) -> None:
    with pytest.raises(InvalidPermissionError, match=says):
        ActionsOn(
            actions=("sqs:SendMessage",),
            resources=("arn:aws:sqs:eu-central-1:111122223333:orders",),
            conditions=(condition,),
        )
