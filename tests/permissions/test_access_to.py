"""Access by level: what is in, what is left out, how a type is found, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_athena as athena, aws_dynamodb as dynamodb, aws_iam as iam

from least_privilege.errors import InvalidPermissionError
from least_privilege.permissions import AccessLevel, AccessTo, Permission, access_to
from least_privilege.policy import PARTITION, Condition
from least_privilege.policy.service_reference import dependent_actions_of
from least_privilege.roles import grant_permissions
from tests.permissions.kit import allow, check_is_known_to_aws, is_allowed, said

HERE = "eu-central-1:111122223333"
WORKGROUP = f"arn:aws:athena:{HERE}:workgroup/reports"
TABLE = f"arn:aws:dynamodb:{HERE}:table/orders"
INDEX = f"{TABLE}/index/by-day"
QUEUE = f"arn:aws:sqs:{HERE}:orders"
FUNCTION = f"arn:aws:lambda:{HERE}:function:orders"
REASON = "the console lists the work groups before one is chosen"
ONE_OF_MANY = "the work groups are made by the program itself, by name"
TEAM = Condition.of("StringEquals", "aws:ResourceTag/team", "payments")

READ, WRITE, LIST = AccessLevel.READ, AccessLevel.WRITE, AccessLevel.LIST
PERMISSIONS, TAGGING = AccessLevel.PERMISSIONS_MANAGEMENT, AccessLevel.TAGGING


# What is in ------------------------------------------------------------------------------------


SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (
        access_to("sqs", WRITE, QUEUE),
        [
            allow(
                [
                    "sqs:CancelMessageMoveTask",
                    "sqs:ChangeMessageVisibility",
                    "sqs:CreateQueue",
                    "sqs:DeleteMessage",
                    "sqs:DeleteQueue",
                    "sqs:PurgeQueue",
                    "sqs:SendMessage",
                    "sqs:StartMessageMoveTask",
                ],
                QUEUE,
            )
        ],
    ),
    (
        access_to("sqs", TAGGING, f"{QUEUE}-*", wildcard_reason=ONE_OF_MANY, conditions=[TEAM]),
        [
            allow(
                ["sqs:TagQueue", "sqs:UntagQueue"],
                f"{QUEUE}-*",
                StringEquals={"aws:ResourceTag/team": "payments"},
            )
        ],
    ),
    (
        access_to("sqs", [READ, LIST], QUEUE, without_resource_reason=REASON),
        [
            allow(["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListDeadLetterSourceQueues",
                   "sqs:ListMessageMoveTasks", "sqs:ListQueueTags", "sqs:ReceiveMessage"], QUEUE),
            allow("sqs:ListQueues", "*"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_access_by_level_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements


def test_a_write_neither_manages_permissions_nor_tags() -> None:
    """AWS's data lists both as writes too."""
    writes = access_to("sqs", WRITE, QUEUE).actions
    managing = access_to("sqs", PERMISSIONS, QUEUE).actions
    tagging = access_to("sqs", TAGGING, QUEUE).actions
    assert {"sqs:AddPermission", "sqs:SetQueueAttributes"} <= {*managing}
    assert "sqs:TagQueue" in tagging
    assert not {*writes} & {*managing, *tagging}


def test_several_levels_are_all_of_them() -> None:
    both = access_to("dynamodb", [READ, WRITE], TABLE)
    separate = (access_to("dynamodb", level, TABLE) for level in (READ, WRITE))
    assert set(both.actions) == {action for each in separate for action in each.actions}


def test_what_needs_a_further_type_of_resource_is_in_where_its_arn_is_given() -> None:
    key = f"arn:aws:kms:{HERE}:key/11111111-2222-3333-4444-555555555555"
    alias = f"arn:aws:kms:{HERE}:alias/orders"
    alone, both = access_to("kms", WRITE, key), access_to("kms", WRITE, key, alias)
    assert alone.left_out["kms:CreateAlias"] == "needs a resource of type alias too"
    assert "kms:CreateAlias" not in alone.actions
    (aliases,) = (each for each in both.statements() if "kms:CreateAlias" in each.actions)
    assert aliases.resources == (key, alias)
    assert "kms:Encrypt" not in aliases.actions
    (on_key,) = (each for each in both.statements() if "kms:Encrypt" in each.actions)
    assert on_key.resources == (key,)


def test_what_takes_no_resource_is_left_out_unless_asked_for() -> None:
    without = access_to("athena", LIST, WORKGROUP)
    assert without.left_out["athena:ListWorkGroups"] == (
        "takes no resource but '*'; give without_resource_reason"
    )
    assert all(each.resources == (WORKGROUP,) for each in without.statements())
    asked = access_to("athena", LIST, WORKGROUP, without_resource_reason=REASON)
    assert "athena:ListWorkGroups" in asked.actions
    assert "athena:ListWorkGroups" not in asked.left_out
    limited, unlimited = asked.statements()
    assert (limited.resources, unlimited.resources) == ((WORKGROUP,), ("*",))
    assert "athena:ListWorkGroups" in unlimited.actions
    assert REASON in asked.wildcard_reasons()["*"]


def test_a_service_whose_actions_take_no_resource_is_there_with_a_reason_alone() -> None:
    (statement,) = access_to("sts", READ, without_resource_reason=REASON).statements()
    assert statement.resources == ("*",)


def test_it_is_allowed_there_and_nowhere_else() -> None:
    value = access_to("dynamodb", READ, TABLE)
    assert is_allowed(value, "dynamodb:GetItem", TABLE)
    for action, resource in (
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:ListTables", "*"),
        ("dynamodb:GetItem", TABLE + "-archive"),
        ("dynamodb:Query", INDEX),
        ("dynamodb:GetItem", TABLE.replace("111122223333", "444455556666")),
        ("dynamodb:GetItem", TABLE.replace("eu-central-1", "eu-west-1")),
    ):
        assert not is_allowed(value, action, resource), (action, resource)
    assert is_allowed(access_to("dynamodb", READ, TABLE, INDEX), "dynamodb:Query", INDEX)


def test_what_it_says_is_known_to_aws() -> None:
    check_is_known_to_aws(access_to("dynamodb", [READ, WRITE], TABLE, INDEX, conditions=[TEAM]))


def test_dependent_actions_are_pointed_out_and_not_allowed() -> None:
    value = access_to("lambda", WRITE, FUNCTION)
    assert "iam:PassRole" in value.dependent_actions["lambda:CreateFunction"]
    assert set(value.dependent_actions) < set(value.actions)
    assert "iam:PassRole" not in value.actions
    assert all(others == dependent_actions_of(each)
               for each, others in value.dependent_actions.items())  # fmt: skip
    assert not access_to("lambda", LIST, FUNCTION).dependent_actions


def test_a_value_is_as_good_as_another_of_the_same_arguments() -> None:
    one, other = (access_to("athena", [READ], WORKGROUP, conditions=[TEAM]) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one == AccessTo(
        service="athena", levels=(READ,), resource_arns=(WORKGROUP,), conditions=(TEAM,)
    )


# Conditions ------------------------------------------------------------------------------------


def test_a_condition_is_in_every_statement() -> None:
    value = access_to("dynamodb", READ, TABLE, INDEX, conditions=[TEAM])
    assert len(value.statements()) == 2
    assert all(each.conditions == (TEAM,) for each in value.statements())


def test_an_action_that_does_not_take_the_key_is_left_out() -> None:
    leading = Condition.of("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "payments")
    value = access_to("dynamodb", READ, TABLE, conditions=[leading])
    assert "dynamodb:GetItem" in value.actions
    assert value.left_out["dynamodb:DescribeTable"] == (
        "takes no condition key dynamodb:LeadingKeys"
    )


def test_a_key_of_another_type_of_resource_does_not_count() -> None:
    tagged = Condition.of("StringEquals", "s3:ExistingObjectTag/team", "payments")
    picture = "arn:aws:s3:::pictures/a.png"
    assert "s3:GetObject" in access_to("s3", READ, picture, conditions=[tagged]).actions
    with pytest.raises(InvalidPermissionError, match="would never match"):
        access_to("s3", READ, "arn:aws:s3:::pictures", conditions=[tagged])


@pytest.mark.parametrize(
    "key",
    [
        "aws:SourceVpc",
        "aws:PrincipalTag/team",
        "aws:resourcetag/team",
        "aws:PrincipalTag/${Token[Key.1]}",
    ],
)
def test_keys_that_a_request_can_hold_pass(key: str) -> None:
    value = access_to("athena", READ, WORKGROUP, conditions=[Condition.of("StringLike", key, "a")])
    assert "athena:GetQueryResults" in value.actions


# The type of a resource ------------------------------------------------------------------------

TYPES = [
    ("s3", "arn:aws:s3:::pictures", "bucket"),
    ("dynamodb", f"{TABLE}/stream/2026-01-01T00:00:00.000", "stream"),
    ("iam", "arn:aws:iam::111122223333:role/team/Reader", "role"),
    ("sqs", f"arn:{PARTITION}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:orders", "queue"),
    ("sqs", f"arn:aws:sqs:{HERE}:${{Token[Orders.QueueName.1]}}", "queue"),
    ("lambda", FUNCTION, "function"),
    ("ssm", "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript", "document"),
    ("apigateway", "arn:aws:apigateway:eu-central-1::/apis/a1/stages/live", "Stage"),
    ("apigateway", "arn:aws:apigateway:eu-central-1::/restapis/a1/stages/live", "Stage"),
]


@pytest.mark.parametrize(("service", "arn", "name"), TYPES)
def test_an_arn_tells_its_type(service: str, arn: str, name: str) -> None:
    value = access_to(service, [READ, LIST, WRITE, TAGGING], arn)
    assert value.resource_types == (name,)


def test_the_most_specific_type_is_meant() -> None:
    """An object's ARN has the form of a bucket's, with a slash in its name."""
    value = access_to("s3", READ, "arn:aws:s3:::pictures/originals/a.png")
    assert value.resource_types == ("object",)
    assert "s3:GetObject" in value.actions
    assert "s3:GetBucketLocation" not in value.actions


def test_a_name_decides_where_formats_are_the_same() -> None:
    live = f"{FUNCTION}:live"
    with pytest.raises(InvalidPermissionError, match="one of function alias, function version"):
        access_to("lambda", READ, live)
    assert "lambda:GetAlias" in access_to("lambda", READ, live, resource_type="function").actions


def test_a_resource_of_the_cdk_has_its_type_named(stack: Stack) -> None:
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    with pytest.raises(InvalidPermissionError, match=r"deployment only; name it with resource_ty.*"
                       r"one of backup, export, .*, table"):  # fmt: skip
        access_to("dynamodb", READ, table.table_arn)
    value = access_to(
        "dynamodb",
        READ,
        table.table_arn,
        f"{table.table_arn}/index/by-day",
        resource_type=["table", "index"],
    )
    assert value.resource_types == ("table", "index")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    grant_permissions([value], to=role)
    (query,) = (each for each in value.statements() if "dynamodb:Query" in each.actions)
    assert query.resources == value.resource_arns


def test_a_part_that_the_cdk_fills_in_does_not_hide_the_type(stack: Stack) -> None:
    group = athena.CfnWorkGroup(stack, "Group", name="reports")
    arn = stack.format_arn(service="athena", resource="workgroup", resource_name=group.ref)
    value = access_to("athena", READ, arn)
    assert value.resource_types == ("workgroup",)
    assert value.statements()[0].resources == (arn,)


def test_a_wildcard_has_its_reason() -> None:
    arn = f"arn:aws:athena:{HERE}:workgroup/reports-*"
    value = access_to("athena", READ, arn, wildcard_reason=ONE_OF_MANY)
    assert value.wildcard_reasons() == {arn: ONE_OF_MANY}
    assert is_allowed(value, "athena:GetQueryResults", arn.replace("*", "7"))
    assert not is_allowed(value, "athena:GetQueryResults", WORKGROUP)


def test_a_wildcard_that_aws_itself_writes_in_a_region_has_its_reason_too() -> None:
    device = "arn:aws:braket:*:*:device/qpu/maker/one"
    value = access_to("braket", READ, device, wildcard_reason=ONE_OF_MANY)
    assert value.wildcard_reasons() == {device: ONE_OF_MANY}


def test_a_policy_variable_in_a_name_is_no_wildcard() -> None:
    arn = f"arn:aws:athena:{HERE}:workgroup/${{aws:PrincipalTag/team}}"
    value = access_to("athena", READ, arn)
    assert not value.wildcard_reasons()
    tag = {"aws:PrincipalTag/team": "reports"}
    assert is_allowed(value, "athena:GetQueryResults", WORKGROUP, tag)
    assert not is_allowed(value, "athena:GetQueryResults", WORKGROUP + "-2", tag)


# Refusals --------------------------------------------------------------------------------------


def key(name: str) -> dict[str, Any]:
    return {"conditions": [Condition.of("StringEquals", name, "payments")]}


REFUSED: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
    (("athenaa", READ, WORKGROUP), {}, "got 'athenaa'; did you mean 'athena'?"),
    (("Athena", READ, WORKGROUP), {}, "got 'Athena'; did you mean 'athena'?"),
    ((7, READ, WORKGROUP), {}, "service must be the prefix of a service's actions, got 7"),
    (("athena", "Reed", WORKGROUP), {}, "levels must be of AccessLevel, got 'Reed'; did you mean "
     "'Read'?"),
    (("athena", None, WORKGROUP), {}, "levels must be strings, got None"),
    (("athena", READ, WORKGROUP), {"resource_type": None}, "resource_types must be strings, got"),
    (("athena", READ, 7), {}, "resource_arns must be strings, got 7"),
    (("athena", [], WORKGROUP), {}, "levels must name at least one, of List, Read"),
    (("athena", READ), {}, "resource_arns must name at least one resource"),
    (("athena", READ, WORKGROUP, WORKGROUP), {}, "twice"),
    (("athena", READ, "reports"), {}, "resource_arns[0]: must be '*' or an ARN"),
    (("athena", READ, "*"), {}, "for the actions that take '*' alone, give without_resource_rea"),
    (("athena", READ, QUEUE), {}, "is no ARN of a resource of athena; its types: capacity"),
    (("athena", READ, WORKGROUP.replace("workgroup", "workgrup")), {},
     "did you mean arn:${Partition}:athena:${Region}:${Account}:workgroup/${WorkGroupName} (workg"),
    (("athena", READ, WORKGROUP.replace("eu-central-1", "")), {}, "(workgroup)?"),
    (("athena", READ, WORKGROUP.replace("eu-central-1", "*")), {"wildcard_reason": ONE_OF_MANY},
     "resource_arns[0] must name one region"),
    (("athena", READ, WORKGROUP.replace("eu-central-1", "eu-central-?")),
     {"wildcard_reason": ONE_OF_MANY}, "resource_arns[0] must name one region"),
    (("braket", READ, "arn:aws:braket:us-*::device/qpu/maker/one"),
     {"wildcard_reason": ONE_OF_MANY}, "resource_arns[0] must name one region"),
    (("athena", READ, WORKGROUP.replace("111122223333", "*")), {"wildcard_reason": ONE_OF_MANY},
     "resource_arns[0] must name one account"),
    (("athena", READ, WORKGROUP.replace("111122223333", "${aws:PrincipalAccount}")), {},
     "resource_arns[0] must name one account"),
    (("athena", READ, WORKGROUP.replace("athena:", "athen?:")), {"wildcard_reason": ONE_OF_MANY},
     "resource_arns[0]: must name one service"),
    (("athena", READ, f"{WORKGROUP}*"), {}, "say in wildcard_reason why it cannot be named"),
    (("athena", READ, "${Token[Group.Arn.1]}/*"), {"resource_type": "workgroup"},
     "holds a wildcard"),
    (("athena", READ, f"{WORKGROUP}*"), {"wildcard_reason": "needed"}, "at least 20 characters"),
    (("athena", READ, WORKGROUP), {"wildcard_reason": ONE_OF_MANY}, "no ARN holds a wildcard"),
    (("athena", READ, "${Token[Group.Arn.1]}"), {}, "name it with resource_type=, one of "
     "capacity-reservation, datacatalog, session, workgroup"),
    (("athena", READ, WORKGROUP), {"resource_type": "workgroups"}, "did you mean 'workgroup'?"),
    (("athena", READ, WORKGROUP), {"resource_type": "datacatalog"}, "is no ARN of type datacatal"),
    (("athena", READ, WORKGROUP), {"resource_type": ["workgroup", "session"]}, "each of the 1 "),
    (("sts", READ), {"resource_type": "role", "without_resource_reason": REASON}, "of the 0 ARNs"),
    (("dynamodb", READ, INDEX), {}, "dynamodb:Query needs a resource of type table too"),
    (("athena", PERMISSIONS, WORKGROUP), {}, "levels of that type: List, Read, Tagging, Write"),
    (("sts", WRITE, QUEUE), {}, "is no ARN of a resource of sts"),
    (("athena", LIST), {"without_resource_reason": "needed"}, "without_resource_reason must say"),
    (("sqs", WRITE, QUEUE), {"without_resource_reason": REASON}, "leave the reason out"),
    (("athena", READ, WORKGROUP), key("aws:ResourceTags/team"),
     "did you mean 'aws:ResourceTag/${TagKey}'?"),
    (("athena", READ, WORKGROUP), key("aws:RequestTag/team"), "would never match"),
    (("dynamodb", READ, TABLE), key("dynamodb:LeadingKey"), "did you mean 'dynamodb:LeadingKeys'?"),
    (("dynamodb", READ, TABLE), key("team"), "must be a condition key with the prefix"),
    (("athena", LIST), {**key("aws:ResourceTag/team"), "without_resource_reason": REASON},
     "would never match"),
    (("athena", READ, WORKGROUP), {"conditions": [TEAM, TEAM]}, "differ in operator or key"),
    (("athena", READ, WORKGROUP), {"conditions": ["aws:ResourceTag/team"]}, "conditions must be"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "options", "says"), REFUSED)
def test_what_would_not_do_what_it_seems_to_is_refused(
    arguments: tuple[Any, ...], options: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidPermissionError) as caught:
        access_to(*arguments, **options)
    assert says in str(caught.value)
