"""Lets ``python -m sockplay`` start the command line."""

import sys

from sockplay.cli.main import run

sys.exit(run())
