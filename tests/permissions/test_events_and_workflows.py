"""What senders of events may do, and starters and watchers of state machines."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_events as events, aws_kms as kms, aws_stepfunctions as sfn

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    EventBridgePut,
    Permission,
    StepFunctionsStart,
    StepFunctionsWatch,
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

BUS = "arn:aws:events:eu-central-1:111122223333:event-bus/shop"
MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:orders"
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:orders"
EXPRESS = "arn:aws:states:eu-central-1:111122223333:express:orders"
WATCHING = ["states:DescribeExecution", "states:GetExecutionHistory"]
THROUGH_STATES = {
    "StringEquals": {
        "kms:ViaService": "states.eu-central-1.${AWS::URLSuffix}",
        "kms:EncryptionContext:aws:states:stateMachineArn": MACHINE,
    }
}
PUT = EventBridgePut(event_bus_arn=BUS, sources=("shop.orders", "shop.returns"))
NARROW = EventBridgePut(event_bus_arn=BUS, sources=("shop.orders",), detail_types=("Order placed",))
START = StepFunctionsStart(state_machine_arn=MACHINE, kms_key_arn=KEY)
LIVE = StepFunctionsStart(state_machine_arn=MACHINE, qualifiers=("live", "7"))
CALL = StepFunctionsStart(state_machine_arn=MACHINE, synchronous=True, kms_key_arn=KEY)
WATCH = StepFunctionsWatch(state_machine_arn=MACHINE, kms_key_arn=KEY)
WATCH_EXPRESS = StepFunctionsWatch(state_machine_arn=MACHINE, express=True)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (
        PUT,
        [
            allow(
                "events:PutEvents",
                BUS,
                **{
                    "ForAllValues:StringEquals": {"events:source": ["shop.orders", "shop.returns"]},
                    "Null": {"events:source": "false"},
                },
            )
        ],
    ),
    (
        NARROW,
        [
            allow(
                "events:PutEvents",
                BUS,
                **{
                    "ForAllValues:StringEquals": {
                        "events:source": "shop.orders",
                        "events:detail-type": "Order placed",
                    },
                    "Null": {"events:source": "false", "events:detail-type": "false"},
                },
            )
        ],
    ),
    (START, [allow("states:StartExecution", MACHINE)]),
    (
        LIVE,
        [
            allow(
                "states:StartExecution",
                MACHINE,
                **{"ForAnyValue:StringEquals": {"states:StateMachineQualifier": ["live", "7"]}},
            )
        ],
    ),
    (
        CALL,
        [
            allow("states:StartSyncExecution", MACHINE),
            allow("kms:Decrypt", KEY, **THROUGH_STATES),
        ],
    ),
    (WATCH, [allow(WATCHING, f"{EXECUTION}:*"), allow("kms:Decrypt", KEY, **THROUGH_STATES)]),
    (
        WATCH_EXPRESS,
        [allow("states:DescribeExecution", [f"{EXPRESS}:*", f"{EXPRESS}/*:*"])],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_it_says_exactly_this(permission: Permission, statements: list[dict[str, Any]]) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


def of(*sources: str, types: tuple[str, ...] = ("Order placed",)) -> dict[str, Any]:
    return {"events:source": sources, "events:detail-type": types}


STATES = {
    "kms:ViaService": "states.eu-central-1.amazonaws.com",
    "kms:EncryptionContext:aws:states:stateMachineArn": MACHINE,
}
Asked = tuple[Permission, str, str, dict[str, Any]]
MAY: list[Asked] = [
    (PUT, "events:PutEvents", BUS, of("shop.orders")),
    (PUT, "events:PutEvents", BUS, of("shop.orders", "shop.returns", types=("a", "b"))),
    (NARROW, "events:PutEvents", BUS, of("shop.orders", "shop.orders")),
    (START, "states:StartExecution", MACHINE, {}),
    (START, "states:StartExecution", MACHINE, {"states:StateMachineQualifier": ["live"]}),
    (LIVE, "states:StartExecution", MACHINE, {"states:StateMachineQualifier": ["live"]}),
    (CALL, "states:StartSyncExecution", MACHINE, {}),
    (CALL, "kms:Decrypt", KEY, STATES),
    *((WATCH, action, f"{EXECUTION}:11111111-2222", {}) for action in WATCHING),
    (WATCH, "kms:Decrypt", KEY, STATES),
    (WATCH_EXPRESS, "states:DescribeExecution", f"{EXPRESS}:run:11111111-2222", {}),
    (WATCH_EXPRESS, "states:DescribeExecution", f"{EXPRESS}/Map:run:11111111-2222", {}),
]
MAY_NOT: list[Asked] = [
    (PUT, "events:PutEvents", BUS, {}),
    (PUT, "events:PutEvents", BUS, of("shop.payments")),
    (PUT, "events:PutEvents", BUS, of("shop.orders", "shop.payments")),
    (PUT, "events:PutEvents", f"{BUS}-2", of("shop.orders")),
    (PUT, "events:PutEvents", BUS.replace("/shop", "/default"), of("shop.orders")),
    (PUT, "events:PutEvents", BUS.replace("111122223333", OTHER_ACCOUNT), of("shop.orders")),
    (PUT, "events:PutRule", BUS.replace("event-bus/shop", "rule/shop/a"), of("shop.orders")),
    (NARROW, "events:PutEvents", BUS, of("shop.orders", types=("Order paid",))),
    (NARROW, "events:PutEvents", BUS, of("shop.orders", types=("Order placed", "Order paid"))),
    (NARROW, "events:PutEvents", BUS, {"events:source": ["shop.orders"]}),
    (START, "states:StartExecution", f"{MACHINE}-2", {}),
    (START, "states:StartExecution", MACHINE.replace("111122223333", OTHER_ACCOUNT), {}),
    (START, "states:StartSyncExecution", MACHINE, {}),
    (START, "states:StopExecution", f"{EXECUTION}:1", {}),
    (START, "states:DescribeExecution", f"{EXECUTION}:1", {}),
    (START, "states:UpdateStateMachine", MACHINE, {}),
    (START, "kms:Decrypt", KEY, STATES),
    (LIVE, "states:StartExecution", MACHINE, {}),
    (LIVE, "states:StartExecution", MACHINE, {"states:StateMachineQualifier": ["beta"]}),
    (CALL, "states:StartExecution", MACHINE, {}),
    (CALL, "kms:Decrypt", OTHER_KEY, STATES),
    (CALL, "kms:Decrypt", KEY, {"kms:ViaService": "states.eu-central-1.amazonaws.com"}),
    (CALL, "kms:GenerateDataKey", KEY, STATES),
    (WATCH, "states:DescribeExecution", f"{EXECUTION}-2:1", {}),
    (WATCH, "states:DescribeExecution", f"{EXPRESS}:run:1", {}),
    (WATCH, "states:StopExecution", f"{EXECUTION}:1", {}),
    (WATCH, "states:StartExecution", MACHINE, {}),
    (WATCH, "states:ListExecutions", MACHINE, {}),
    (WATCH, "states:DescribeStateMachine", MACHINE, {}),
    (WATCH_EXPRESS, "states:DescribeExecution", f"{EXECUTION}:1", {}),
    (WATCH_EXPRESS, "states:DescribeExecution", f"{EXPRESS}-2:run:1", {}),
]


@pytest.mark.parametrize(("permission", "action", "resource", "context"), MAY)
def test_it_allows_what_it_is_for(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert is_allowed(permission, action, resource, context)


@pytest.mark.parametrize(("permission", "action", "resource", "context"), MAY_NOT)
def test_it_does_not_allow_the_neighbour(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert not is_allowed(permission, action, resource, context)


# Of the CDK's own resources --------------------------------------------------------------------


def test_a_bus_is_taken_by_its_arn(stack: Stack) -> None:
    bus = events.EventBus(stack, "Bus", kms_key=kms.Key(stack, "Key"))
    put = EventBridgePut.of(bus, sources=("shop.orders",), detail_types=("Order placed",))
    assert put.statements()[0].resources == (bus.event_bus_arn,)
    assert len(put.statements()) == 1
    imported = events.EventBus.from_event_bus_arn(stack, "Imported", BUS)
    assert EventBridgePut.of(imported, sources=PUT.sources) == PUT
    default = events.EventBus.from_event_bus_name(stack, "Default", "default")
    arn = EventBridgePut.of(default, sources=("shop.orders",)).event_bus_arn
    assert arn.endswith(":event-bus/default")


def state_machine(stack: Stack) -> sfn.StateMachine:
    return sfn.StateMachine(
        stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "A"))
    )


def test_the_executions_follow_from_the_name_of_the_state_machine(stack: Stack) -> None:
    machine = state_machine(stack)
    assert StepFunctionsStart.of(machine).state_machine_arn == machine.state_machine_arn
    (resource,) = StepFunctionsWatch.of(machine).statements()[0].resources
    assert resource == (
        f"arn:${{AWS::Partition}}:states:{machine.env.region}:{machine.env.account}:"
        f"execution:{machine.state_machine_name}:*"
    )


def test_an_imported_state_machine_tells_its_name_in_its_arn(stack: Stack) -> None:
    imported = sfn.StateMachine.from_state_machine_arn(stack, "ByArn", MACHINE)
    assert StepFunctionsWatch.of(imported, kms_key_arn=KEY) == WATCH
    assert (
        StepFunctionsStart.of(
            imported, synchronous=True, qualifiers=("live",), kms_key_arn=KEY
        ).statements()[1:]
        == CALL.statements()[1:]
    )
    named = sfn.StateMachine.from_state_machine_name(stack, "ByName", "orders")
    (resource,) = StepFunctionsWatch.of(named).statements()[0].resources
    assert resource.endswith(":execution:orders:*")


def test_a_state_machine_that_is_a_token_alone_cannot_be_watched() -> None:
    with pytest.raises(InvalidArnError, match=r"take StepFunctionsWatch.of\(state_machine\)"):
        StepFunctionsWatch(state_machine_arn="${Token[TOKEN.1]}")


def test_of_takes_its_own_kind_of_resource_alone(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes an event bus of the CDK"):
        EventBridgePut.of(key, sources=("a",))  # type: ignore[arg-type]
    for kind in (StepFunctionsStart, StepFunctionsWatch):
        with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a state machine of the"):
            kind.of(key)  # type: ignore[arg-type]


# Bad input -------------------------------------------------------------------------------------

Refusal = tuple[type[Permission], dict[str, Any], type[InvalidInputError], str]
REFUSED: list[Refusal] = [
    (EventBridgePut, {"event_bus_arn": "shop", "sources": ("a",)}, InvalidArnError, "an ARN like"),
    (EventBridgePut, {"event_bus_arn": f"{BUS}*", "sources": ("a",)}, InvalidArnError,
     "one resource"),
    (EventBridgePut, {"event_bus_arn": BUS.replace("event-bus", "rule"), "sources": ("a",)},
     InvalidArnError, "event_bus_arn must be an ARN like"),
    (EventBridgePut, {"event_bus_arn": BUS, "sources": ()}, InvalidPermissionError,
     "sources must name at least one"),
    (EventBridgePut, {"event_bus_arn": BUS, "sources": "shop"}, InvalidPermissionError,
     "sources must be a list"),
    (EventBridgePut, {"event_bus_arn": BUS, "sources": ("shop.*",)}, InvalidPermissionError,
     "without wildcards"),
    (EventBridgePut, {"event_bus_arn": BUS, "sources": ("aws.ec2",)}, InvalidPermissionError,
     "must not begin with 'aws.'"),
    (EventBridgePut, {"event_bus_arn": BUS, "sources": ("a",), "detail_types": ("Order ?",)},
     InvalidPermissionError, "detail_types must each be one value"),
    (StepFunctionsStart, {"state_machine_arn": "orders"}, InvalidArnError, "an ARN like"),
    (StepFunctionsStart, {"state_machine_arn": f"{MACHINE}:live"}, InvalidArnError,
     "without a version or alias"),
    (StepFunctionsStart, {"state_machine_arn": f"{MACHINE}*"}, InvalidArnError, "one resource"),
    (StepFunctionsStart, {"state_machine_arn": f"{EXECUTION}:1"}, InvalidArnError, "an ARN like"),
    (StepFunctionsStart, {"state_machine_arn": MACHINE, "qualifiers": "live"},
     InvalidPermissionError, "qualifiers must be a list"),
    (StepFunctionsStart, {"state_machine_arn": MACHINE, "qualifiers": ("*",)},
     InvalidPermissionError, "number of a version or the name of an alias"),
    (StepFunctionsStart, {"state_machine_arn": MACHINE, "synchronous": "yes"},
     InvalidPermissionError, "synchronous must be True or False"),
    (StepFunctionsStart, {"state_machine_arn": MACHINE, "kms_key_arn": "a"}, InvalidArnError,
     "kms_key_arn"),
    (StepFunctionsWatch, {"state_machine_arn": f"{MACHINE}:7"}, InvalidArnError, "without a ver"),
    (StepFunctionsWatch, {"state_machine_arn": MACHINE, "express": None}, InvalidPermissionError,
     "express must be True or False"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_does_not_name_one_thing_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
