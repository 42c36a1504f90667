"""`make deploy STAGE=prod`: check, package, upload, change the stack, look at it, say where it is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from infra.deploy import configuration
from infra.deploy.aws import Refused
from infra.deploy.deploying import run


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 and the reason when it can't be done."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("--stage", required=True, help="prod, dev, …: infra/stages/<stage>.toml says what it is")
    try:
        run(configuration.load(parser.parse_args(arguments).stage))
    except Refused as why:
        print(f"\n{why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What CloudFormation has begun goes on; make deploy looks at it again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
