"""Some actions that everybody knows, to show instead of a made-up one."""

from __future__ import annotations

KNOWN_ACTIONS = {
    "s3": ("GetObject", "PutObject", "DeleteObject", "ListBucket", "PutBucketPolicy",
           "ListAllMyBuckets"),
    "iam": ("CreateUser", "PassRole", "AttachRolePolicy", "GetRole", "ListRoles", "DeleteRole",
            "PutRolePolicy", "UpdateAssumeRolePolicy"),
    "sts": ("AssumeRole", "TagSession", "GetFederationToken"),
    "kms": ("Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "PutKeyPolicy"),
    "ec2": ("RunInstances", "TerminateInstances", "DescribeInstances", "StopInstances",
            "CreateTags"),
    "lambda": ("InvokeFunction", "UpdateFunctionCode", "GetFunction", "CreateFunction"),
    "dynamodb": ("GetItem", "PutItem", "Query", "Scan", "DeleteItem", "UpdateItem",
                 "DescribeTable", "DeleteTable"),
    "sqs": ("SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue", "GetQueueUrl"),
    "sns": ("Publish", "Subscribe", "ListTopics", "DeleteTopic"),
    "secretsmanager": ("GetSecretValue", "PutSecretValue", "ListSecrets", "DeleteSecret"),
    "ssm": ("GetParameter", "PutParameter", "SendCommand", "StartSession"),
    "logs": ("PutLogEvents", "GetLogEvents", "CreateLogGroup", "DeleteLogGroup"),
    "cloudwatch": ("PutMetricData", "GetMetricData"),
    "cloudformation": ("CreateStack", "DeleteStack", "DescribeStacks"),
    "ecr": ("BatchGetImage", "PutImage", "DeleteRepository"),
    "organizations": ("LeaveOrganization", "ListAccounts"),
}  # fmt: skip
"""By service, as AWS writes them."""
