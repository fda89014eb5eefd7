"""The walkthrough: deploy to an AWS on this machine, and see access denied turn into allowed."""
