"""`python -m ownlab.agent --data DIR`: the agent in the foreground; `--daemon` detaches it first."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

parser = argparse.ArgumentParser(prog="python -m ownlab.agent", description=__doc__)
parser.add_argument("--data", type=Path, required=True, help="folder that holds everything OwnLab keeps")
parser.add_argument("--environments", default="", help="folder of built environments, if not in --data")
parser.add_argument("--network-allow", default="", help="private networks that runtimes may reach")
parser.add_argument("--daemon", action="store_true", help="go on in the background, in a session of its own")
parser.add_argument("--ready-fd", type=int, help="write here once requests are answered")


def main() -> None:
    arguments = parser.parse_args()
    if arguments.daemon:
        if os.fork():
            os._exit(0)
        os.setsid()
    os.umask(0o077)
    # Late: the parent has gone by now, so whoever started us waits no longer than needed.
    import asyncio

    from ownlab.agent.daemon import lock, make_folder, serve
    from ownlab.agent.options import AgentOptions

    options = AgentOptions(
        data=arguments.data,
        environments_folder=arguments.environments,
        network_allow=arguments.network_allow,
    )
    make_folder(options)
    logging.basicConfig(
        filename=options.log if arguments.daemon else None,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    held = lock(options)
    if held is None:
        if arguments.ready_fd is not None:
            os.write(arguments.ready_fd, b"taken")
        logging.getLogger(__name__).info("another agent serves %s", options.data)
        sys.exit(3)
    asyncio.run(serve(options, arguments.ready_fd))


if __name__ == "__main__":
    main()
