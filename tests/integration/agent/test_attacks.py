"""Every attack on the sandbox that was thought of, from inside, as root's agent and as an ordinary user's."""

from __future__ import annotations

import os
import platform
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.agent.attacks import ATTACKS, PRELUDE, Attack
from integration.agent.inside import SECRET, Host
from ownlab.agent.client import AgentClient, Launch
from ownlab.agent.errors import IsolationTooWeak
from ownlab.agent.network import own_addresses
from ownlab.agent.seccomp import ARCHITECTURES
from ownlab.base.files import EscapesFolder, open_beneath


@dataclass(frozen=True)
class Scene:
    """A host with things to steal, a victim and the runtime of the attacker."""

    host: Host
    attacker: str
    victim: str
    here: dict[str, object]

    def attempt(self, attack: Attack) -> str:
        """What the attack printed: GOT with its spoils, or FAILED and why."""
        machine = ARCHITECTURES[platform.machine()]
        numbers = machine.denied | {"clone": machine.clone}
        body = "\n".join(f"    {line}" for line in attack.code.splitlines())
        code = (
            f"{PRELUDE}\nHERE = {self.here!r}\nNUMBERS = {numbers!r}\ntry:\n{body}\n    print('GOT', repr(got)[:500])\n"
        )
        return self.host.run(self.attacker, code + "except Exception as error:\n    print('FAILED', repr(error))\n")


@pytest.fixture(scope="module")
def scene(host: Host) -> Iterator[Scene]:
    """The host is full of bait: a readable file, listening sockets of every kind, another runtime."""
    isolation = host.ask(AgentClient.status).isolation
    if isolation != "full":
        refused = AgentClient(host.data / "agent" / "agent.sock", users="many")
        with pytest.raises(IsolationTooWeak):
            host.ask(lambda _: refused.launch(Launch(runtime="many", environment="core", token="t")))
        pytest.skip(f"this machine isolates only {isolation!r}; many users are refused")
    with ExitStack() as bait:
        marker = Path(bait.enter_context(tempfile.NamedTemporaryFile(prefix="bait-", delete=True)).name)
        marker.write_text("spoils")
        marker.chmod(0o644)
        tcp = bait.enter_context(closing(socket.create_server(("", 0))))
        abstract = bait.enter_context(closing(socket.socket(socket.AF_UNIX)))
        name = f"ownlab-test-{secrets.token_hex(4)}"
        abstract.bind(f"\0{name}")
        abstract.listen()
        for listening in (tcp, abstract):
            threading.Thread(target=_give_to_all, args=(listening,), daemon=True).start()
            bait.callback(listening.shutdown, socket.SHUT_RDWR)
        victim, attacker = host.launch(), host.launch()
        yield Scene(
            host,
            attacker,
            victim,
            {
                "marker": str(marker),
                "victim": str(host.folder(victim)),
                "own": str(host.folder(attacker)),
                "data": str(host.data),
                "secret": SECRET,
                "pid": os.getpid(),
                "abstract": name,
                "port": tcp.getsockname()[1],
                "addresses": own_addresses(),
            },
        )
        host.stop(attacker)
        host.stop(victim)


def _give_to_all(listening: socket.socket) -> None:
    while True:
        try:
            connected, _ = listening.accept()
        except OSError:
            return
        with connected:
            connected.sendall(b"spoils")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.row} {attack.name}")
def test_an_attack_fails(scene: Scene, attack: Attack) -> None:
    printed = scene.attempt(attack)
    assert printed.startswith("FAILED"), printed
    assert "SyntaxError" not in printed
    assert "NameError" not in printed


def test_the_bait_can_be_taken_from_the_host(scene: Scene) -> None:
    with socket.create_connection(("127.0.0.1", int(str(scene.here["port"]))), 5) as connected:
        assert connected.recv(100) == b"spoils"


@pytest.mark.parametrize("link", ["/etc/shadow", "../../../../../../../etc/shadow", "/proc/self/root/etc/shadow"])
def test_a_planted_link_is_not_followed_by_the_host(scene: Scene, link: str) -> None:
    scene.host.run(
        scene.attacker, f"import os; os.path.lexists('bait') and os.remove('bait'); os.symlink({link!r}, 'bait')"
    )
    with pytest.raises(EscapesFolder):
        open_beneath(scene.host.folder(scene.attacker) / "content", "bait")


def test_a_planted_folder_link_is_not_followed_by_the_host(scene: Scene) -> None:
    scene.host.run(scene.attacker, "import os; os.symlink('/etc', 'folder')")
    with pytest.raises(EscapesFolder):
        open_beneath(scene.host.folder(scene.attacker) / "content", "folder/passwd")


def test_a_planted_fifo_does_not_block_the_host(scene: Scene) -> None:
    scene.host.run(scene.attacker, "import os; os.mkfifo('fifo')")
    with pytest.raises(EscapesFolder):
        open_beneath(scene.host.folder(scene.attacker) / "content", "fifo")


def test_a_planted_hard_link_shows_only_the_runtimes_own_file(scene: Scene) -> None:
    scene.host.run(
        scene.attacker, "import os; open('/content/own', 'w').write('mine'); os.link('/content/own', 'again')"
    )
    descriptor = open_beneath(scene.host.folder(scene.attacker) / "content", "again")
    with os.fdopen(descriptor) as file:
        assert file.read() == "mine"


def test_the_server_s_socket_can_not_be_replaced(scene: Scene) -> None:
    """Whatever lies in the sandbox under the socket's name, the agent dials the socket that it bound itself."""
    scene.host.run(
        scene.attacker,
        "import os, socket\nfor place in ('/', '/tmp/', '/content/', '/var/spool/ownlab/'):\n"
        "    socket.socket(socket.AF_UNIX).bind(place + 'jupyter.sock')",
    )
    assert scene.host.run(scene.attacker, "print('still me')") == "still me\n"
    assert scene.host.folder(scene.attacker).joinpath("jupyter.sock").is_socket()


def test_a_fork_bomb_stays_inside(scene: Scene) -> None:
    host = scene.host
    bomber = host.launch(processes=64)
    try:
        printed = host.run(
            bomber,
            "import os, time\ncount = 0\nchildren = []\ntry:\n    while count < 1000:\n        pid = os.fork()\n"
            "        if pid == 0:\n            time.sleep(60); os._exit(0)\n        children.append(pid); count += 1\n"
            "except BlockingIOError:\n    pass\nfor pid in children: os.kill(pid, 9)\nprint(count < 64, flush=True)",
        )
        assert printed == "True\n"
        assert (
            host.run(scene.victim, "import os; pid = os.fork()\nif pid == 0: os._exit(0)\nprint(pid > 0)") == "True\n"
        )
    finally:
        host.stop(bomber)


def test_a_full_disk_is_seen_from_outside(scene: Scene) -> None:
    before = scene.host.ask(lambda client: client.usage(scene.attacker)).disk_bytes
    scene.host.run(
        scene.attacker,
        "open('/root/fill', 'wb').write(bytes(30_000_000)); open('/fill', 'wb').write(bytes(10_000_000))",
    )
    after = scene.host.ask(lambda client: client.usage(scene.attacker)).disk_bytes
    assert after - before >= 40_000_000
