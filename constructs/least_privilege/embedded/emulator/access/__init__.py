"""What the emulator's IAM leaves out: who may do what is decided as AWS decides it."""

from least_privilege.embedded.emulator.access import (
    anonymous,
    callers,
    condition_keys,
    object_encryption,
    one_time_codes,
    pass_role,
    policy_variables,
    request_keys,
    sts_requests,
    trust_policies,
    web_identities,
)


def install() -> None:
    """Extend the emulator's IAM and STS."""
    for extension in (
        anonymous,
        callers,
        condition_keys,
        object_encryption,
        one_time_codes,
        pass_role,
        policy_variables,
        request_keys,
        sts_requests,
        trust_policies,
        web_identities,
    ):
        extension.install()
