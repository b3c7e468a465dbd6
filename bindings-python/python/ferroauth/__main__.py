"""The command ``ferroauth``: looks at tokens, verifies them, makes keys and publishes them, logs users in."""

import sys

from ferroauth import _native


def main() -> None:
    """Runs the tool with the program's arguments and ends with its status."""
    try:
        status, output, complaint = _native._command(sys.argv[1:])
    except KeyboardInterrupt:
        # As a shell has it: 128 and the number of the signal.
        sys.exit(130)
    sys.stdout.write(output)
    sys.stderr.write(complaint)
    sys.exit(status)


if __name__ == "__main__":
    main()
