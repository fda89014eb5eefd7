"""How long names and ARNs can become."""

from __future__ import annotations

import pytest

from least_privilege.policy.longest import KINDS, UNKNOWN_ARN, UNKNOWN_NAME, longest, longest_length

HERE = "arn:aws-us-gov:{}:ap-northeast-1:111122223333"
EXAMPLES = {
    "AWS::S3::Bucket": f"arn:aws-us-gov:s3:::{'b' * 63}",
    "AWS::SQS::Queue": f"arn:aws-us-gov:sqs:ap-northeast-1:111122223333:{'q' * 80}",
    "AWS::KMS::Key": "arn:aws-us-gov:kms:ap-northeast-1:111122223333:key/" + "k" * 36,
    "AWS::IAM::Role": f"arn:aws-us-gov:iam::111122223333:role/{'r' * 64}",
    "AWS::DynamoDB::Table": f"{HERE.format('dynamodb')}:table/{'t' * 255}",
    "AWS::Logs::LogGroup": f"{HERE.format('logs')}:log-group:{'g' * 512}:*",
}


@pytest.mark.parametrize(("kind", "arn"), EXAMPLES.items())
def test_an_arn_is_as_long_as_its_longest_name(kind: str, arn: str) -> None:
    assert longest(kind, "Arn") == len(arn)


@pytest.mark.parametrize(
    ("kind", "attribute", "length"),
    [
        ("AWS::S3::Bucket", "Ref", 63),
        ("AWS::SNS::Topic", "Ref", KINDS["AWS::SNS::Topic"].arn),
        ("AWS::New::Thing", "Arn", UNKNOWN_ARN),
        ("AWS::New::Thing", "Ref", UNKNOWN_NAME),
        ("AWS::DynamoDB::Table", "StreamArn", longest("AWS::DynamoDB::Table", "Arn") + 31),
    ],
)
def test_a_reference_value_is_a_name_or_an_arn(kind: str, attribute: str, length: int) -> None:
    assert longest(kind, attribute) >= length


def test_placeholders_and_tokens_of_the_cdk_count_alike() -> None:
    ours = longest_length("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q")
    theirs = longest_length(
        "arn:${Token[AWS.Partition.3]}:sqs:${Token[AWS.Region.11]}:${Token[AWS.AccountId.4]}:q"
    )
    assert ours == theirs == len("arn:aws-us-gov:sqs:ap-northeast-1:111122223333:q")
    assert longest_length("${Token[TOKEN.7]}/x", lambda _: 100) == 102
