"""An AWS on loopback that enforces IAM, so that a role can be tried without an account.

    from least_privilege.embedded import EmbeddedAws

    with EmbeddedAws.start() as aws:
        subprocess.run(["aws", "s3", "ls"], env=aws.environment("111122223333"), check=True)

It is `ministack` in a subprocess, together with the small extension in `emulator/`. Everything
it listens on is bound to 127.0.0.1, all its state is in one folder, and it ends with its parent.
"""

from least_privilege.embedded.aws import EmbeddedAws
from least_privilege.embedded.credentials import Credentials
from least_privilege.errors import EmbeddedAwsError

__all__ = ["Credentials", "EmbeddedAws", "EmbeddedAwsError"]
