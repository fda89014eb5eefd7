"""Amazon Linux images: the public parameters that name the latest ones, and the images."""

import hashlib
from itertools import product

from ministack.services import ec2, ssm

_FOLDER = "/aws/service/ami-amazon-linux-latest"
_AMAZON = "137112412989"
_ARCHITECTURES = ("x86_64", "arm64")
_NAMES = (
    *(
        f"al2023-ami-{minimal}kernel-{kernel}-{architecture}"
        for minimal, kernel, architecture in product(
            ("", "minimal-"), ("default", "6.1", "6.12", "6.18"), _ARCHITECTURES
        )
    ),
    *(f"amzn2-ami-kernel-5.10-hvm-{architecture}-gp2" for architecture in _ARCHITECTURES),
    *(f"amzn2-ami-hvm-{architecture}-gp2" for architecture in _ARCHITECTURES),
)


def install() -> None:
    """Add the parameters that the emulator lacks, each with an image of its own."""
    for name in _NAMES:
        parameter = f"{_FOLDER}/{name}"
        if parameter in ssm._PUBLIC_AMI_PARAMETERS:
            continue
        image_id = f"ami-{hashlib.sha256(name.encode()).hexdigest()[:17]}"
        ssm._PUBLIC_AMI_PARAMETERS[parameter] = image_id
        ec2._STUB_AMIS.append((image_id, name, name, "", "/dev/xvda", _AMAZON, "amazon"))
