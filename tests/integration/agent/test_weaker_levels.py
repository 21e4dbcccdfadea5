"""What happens on machines that allow less: simulated by a user namespace in which no further one can be made."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.agent.inside import ROOT, Host, until
from ownlab.agent.client import AgentClient, Launch
from ownlab.agent.errors import IsolationTooWeak

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can simulate such a machine")

_NEW_USERS = 0x10000000


class Confined(Host):
    """An agent whose machine has no user namespaces; `uid_map` says which users it has."""

    uid_map = ""

    def start_agent(self, **variables: str) -> None:
        made, done, (ready, tell) = os.pipe(), os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            try:
                ctypes.CDLL(None).unshare(_NEW_USERS)
                os.write(made[1], b"1")
                os.read(done[0], 1)
                Path("/proc/sys/user/max_user_namespaces").write_text("0")
                os.environ.update(variables, PYTHONPATH=str(ROOT / "server"))
                os.chdir("/")
                os.set_inheritable(tell, True)
                command = ["-m", "ownlab.agent", "--data", str(self.data), "--daemon", "--ready-fd", str(tell)]
                os.execv(sys.executable, [sys.executable, *command])  # noqa: S606
            finally:
                os._exit(1)
        os.read(made[0], 1)
        for kind in ("uid", "gid"):
            Path(f"/proc/{child}/{kind}_map").write_text(self.uid_map)
        os.write(done[1], b"1")
        os.waitpid(child, 0)
        os.close(tell)
        assert os.read(ready, 16) == b"ready", (self.data / "agent" / "agent.log").read_text()
        for descriptor in (*made, *done, ready):
            os.close(descriptor)


@pytest.fixture
def confined(environments: Path) -> Iterator[Confined]:
    folder = Path(tempfile.mkdtemp(prefix="ownlab-agent-"))
    (folder / "environments").symlink_to(environments)
    host = Confined(folder, 0)
    yield host
    host.close()
    shutil.rmtree(folder)


LOOK = """
import os
def refused(path):
    try:
        os.listdir(path)
    except OSError:
        return True
print(os.path.exists('seed.txt'), [path for path in HIDDEN if not refused(path)])
open('new.txt', 'w').close()
import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)
print(open('/proc/self/status').read().count('CapEff:\\t0000000000000000'))
"""


def launch_and_look(host: Confined, tmp_path: Path) -> str:
    (tmp_path / "seed.txt").touch()
    runtime = host.launch(seed=tmp_path)
    printed = host.run(runtime, f"HIDDEN = {['/var/lib', '/boot', str(host.data)]!r}\n{LOOK}")
    host.stop(runtime)
    assert [path.name for path in tmp_path.iterdir()] == ["seed.txt"]
    assert "sleep\0001000" not in "".join(map(command_line, Path("/proc").glob("[0-9]*")))
    until(lambda: list(host.folder(runtime).parent.iterdir()) == [], 60)
    return printed


def command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text()
    except OSError:
        return ""


def refuses_many(host: Confined) -> None:
    client = AgentClient(host.data / "agent" / "agent.sock", users="many")
    with pytest.raises(IsolationTooWeak, match="max_user_namespaces"):
        host.ask(lambda _: client.launch(Launch(runtime="r", environment="core", token="t")))


def test_root_without_user_namespaces_has_a_sandbox_and_refuses_many(confined: Confined, tmp_path: Path) -> None:
    confined.uid_map = "0 0 4294967295"
    confined.start_agent()
    assert confined.ask(AgentClient.status).isolation == "no-userns"
    refuses_many(confined)
    assert launch_and_look(confined, tmp_path) == "True []\n1\n"


def test_without_any_sandbox_landlock_hides_the_files_and_many_are_refused(confined: Confined, tmp_path: Path) -> None:
    confined.uid_map = "0 0 1"
    confined.start_agent()
    assert confined.ask(AgentClient.status).isolation == "landlock"
    refuses_many(confined)
    assert launch_and_look(confined, tmp_path) == "True []\n1\n"


def test_the_weakness_is_told_in_the_log(confined: Confined) -> None:
    confined.uid_map = "0 0 1"
    confined.start_agent()
    assert "ISOLATION IS WEAK (landlock)" in (confined.data / "agent" / "agent.log").read_text()
