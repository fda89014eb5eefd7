"""The checks that run inside `cdk synth`."""

from .nag import NagPack, check_with

__all__ = ["NagPack", "check_with"]
