"""What people can reach who are not signed in, whatever their role says.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from ..permissions import Permission

_ALLOWED = (
    # The session policy that Cognito writes itself.
    "appsync:*",
    "cloudwatch:*",
    "codewhisperer:*",
    "cognito-identity:*",
    "cognito-idp:*",
    "cognito-sync:*",
    "comprehend:*",
    "dynamodb:*",
    "execute-api:*",
    "firehose:*",
    "gamelift:*",
    "iot:*",
    "kinesis:*",
    "lambda:*",
    "lex:*",
    "logs:*",
    "machinelearning:*",
    "mobileanalytics:*",
    "mobiletargeting:*",
    "personalize:*",
    "polly:*",
    "rekognition:*",
    "s3:*",
    "sagemaker:InvokeEndpoint",
    "sdb:*",
    "ses:*",
    "sns:*",
    "sqs:*",
    "textract:AnalyzeDocument",
    "textract:DetectDocumentText",
    "transcribe:*",
    "translate:*",
    # AmazonCognitoUnAuthedIdentitiesSessionPolicy, beside it.
    "geo:*DevicePosition*",
    "geo:*Geofence",
    "geo:*Geofences",
    "geo:CalculateRoute*",
    "geo:GetMap*",
    "geo:GetPlace",
    "geo:SearchPlaceIndex*",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    "rum:PutRumEvents",
)


def beyond_guests(permissions: Sequence[Permission]) -> tuple[str, ...]:
    """The actions that Cognito's own session policies keep from guests."""
    allowed = tuple(each.lower() for each in _ALLOWED)
    return tuple(
        dict.fromkeys(
            action
            for permission in permissions
            for statement in permission.statements()
            for action in statement.actions
            if not any(fnmatchcase(action.lower(), each) for each in allowed)
        )
    )
