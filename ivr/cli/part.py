"""`python -m ivr.cli.part COMMAND ...`: becomes COMMAND, which then dies with the process that started it.

Without this a killed supervisor would leave its parts running, answering calls that nobody watches.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send `signal_number` to this process when its parent ends. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that started this one has ended")


def main() -> None:
    """Take the place of the command given."""
    die_with_parent()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is the supervisor's own configuration


if __name__ == "__main__":
    main()
