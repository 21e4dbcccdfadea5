"""A runtime from its launch to its end."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from integration.agent.inside import Host, run_cell, until
from ownlab.agent.client import AgentClient, Launch
from ownlab.agent.errors import EnvironmentMissing, NoSuchRuntime, RuntimeEnded
from ownlab.agent.processes import descendants
from ownlab.agent.state import State, read_state


def state_of(host: Host, runtime: str) -> State:
    state = read_state(host.folder(runtime))
    assert state is not None
    return state


def test_a_cell_runs_as_root_of_its_sandbox(host: Host, runtime: str) -> None:
    printed = host.run(runtime, "import os, sys; print(os.getuid(), os.getcwd(), os.environ['HOME'], sys.executable)")
    assert printed == "0 /content /root /usr/local/bin/python\n"


def test_a_repeated_launch_changes_nothing(host: Host, runtime: str) -> None:
    before = state_of(host, runtime)
    host.launch(runtime=runtime)
    assert state_of(host, runtime) == before


def test_a_launch_in_a_missing_environment_says_how_to_build_it(host: Host) -> None:
    with pytest.raises(EnvironmentMissing, match="ownlab env build none-such"):
        host.launch(environment="none-such")


def test_packages_can_be_removed_and_are_back_in_the_next_runtime(host: Host, runtime: str) -> None:
    printed = host.run(runtime, "!pip uninstall -y seaborn\nimport importlib.util as u; print(u.find_spec('seaborn'))")
    assert "Successfully uninstalled seaborn" in printed
    assert printed.endswith("None\n")
    other = host.launch()
    try:
        assert host.run(other, "import seaborn; print('here')") == "here\n"
    finally:
        host.stop(other)


def test_the_seed_appears_in_content_and_never_changes(host: Host) -> None:
    seed = Path(host.data) / "seed"
    (seed / "below").mkdir(parents=True)
    (seed / "below" / "table.csv").write_text("a,b\n")
    (seed / "old.txt").write_text("old")
    for path in (seed, *seed.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, *((5000, 5001) if host.uid == 0 else (host.uid, host.uid)))
    runtime = host.launch(seed=seed)
    try:
        printed = host.run(
            runtime,
            "import os\n"
            "print(open('below/table.csv').read(), os.stat('old.txt').st_uid)\n"
            "open('below/table.csv', 'a').write('1,2'); os.remove('old.txt'); open('new.txt', 'w').close()\n"
            "print(sorted(os.listdir()), open('below/table.csv').read())",
        )
        assert printed == "a,b\n 0\n['below', 'new.txt'] a,b\n1,2\n"
        assert (seed / "below" / "table.csv").read_text() == "a,b\n"
        assert sorted(path.name for path in seed.iterdir()) == ["below", "old.txt"]
    finally:
        host.stop(runtime)
        shutil.rmtree(seed)


def test_stop_ends_every_process_and_removes_every_file(host: Host) -> None:
    runtime = host.launch()
    host.run(runtime, "import os; os.makedirs('/'.join(['deep'] * 900)); os.chmod('deep', 0); !sleep 1000 &")
    state = state_of(host, runtime)
    everything = [pid for process in state.processes() for pid in descendants(process.pid)]
    assert len(everything) >= 5
    host.stop(runtime)
    assert [pid for pid in everything if Path(f"/proc/{pid}").exists()] == []
    assert list(host.folder(runtime).parent.iterdir()) == []
    assert not any(Path(group).exists() for group in state.cgroups)
    host.stop(runtime)


def test_a_sandbox_that_stopped_its_own_reaper_can_still_be_stopped(host: Host) -> None:
    runtime = host.launch()
    host.run(runtime, "import ctypes; print(ctypes.CDLL(None).ptrace(16, 1, 0, 0))")
    host.stop(runtime)
    assert host.ask(AgentClient.runtimes) == []


def test_a_runtime_that_ended_by_itself_says_how(host: Host, runtime: str) -> None:
    host.run(runtime, "1")
    inner = state_of(host, runtime).inner
    assert inner is not None
    os.kill(inner.pid, signal.SIGKILL)
    until(lambda: not host.ask(AgentClient.runtimes)[0].alive)
    until(lambda: host.ask(AgentClient.runtimes)[0].exit is not None)
    ended = host.ask(AgentClient.runtimes)[0].exit
    assert ended is not None
    assert ended.reason
    assert not any(process.alive() for process in state_of(host, runtime).processes())
    with pytest.raises(RuntimeEnded):
        host.ask(lambda client: client.dial(runtime, lambda: None))  # type: ignore[arg-type,return-value]


def test_usage_counts_the_sandbox_and_what_it_wrote(host: Host, runtime: str) -> None:
    host.run(
        runtime, "open('/content/big', 'wb').write(bytes(5_000_000)); open('/tmp/more', 'wb').write(bytes(3_000_000))"
    )
    usage = host.ask(lambda client: client.usage(runtime))
    assert usage.processes >= 4
    assert 30e6 < usage.memory_bytes < 200e6
    assert usage.disk_bytes > 8_000_000


def test_the_log_holds_what_the_server_said(host: Host, runtime: str) -> None:
    host.run(runtime, "1")
    assert "ownlab_kernel" in host.ask(lambda client: client.log(runtime))


def test_an_unknown_runtime_can_not_be_asked(host: Host) -> None:
    with pytest.raises(NoSuchRuntime):
        host.ask(lambda client: client.usage("none"))


def test_without_network_nothing_is_reached(host: Host) -> None:
    runtime = host.launch(network=False)
    try:
        printed = host.run(runtime, "import socket; socket.create_connection(('198.51.100.1', 80), 5)")
        assert printed.startswith("OSError: [Errno 101]")
    finally:
        host.stop(runtime)


def test_memory_beyond_the_limit_is_not_given(host: Host) -> None:
    runtime = host.launch(memory_bytes=500_000_000)
    try:
        bomb = (
            "import subprocess, sys; print(subprocess.run([sys.executable, '-c', 'x = bytes(b\"1\" * 2_000_000_000)'])"
        )
        printed = host.run(runtime, bomb + ".returncode)")
        assert printed.split("\n")[0] in ("-9", "1")
        assert host.run(runtime, "print('still here')") == "still here\n"
    finally:
        host.stop(runtime)


def test_a_killed_agent_is_replaced_and_its_runtimes_go_on(host: Host) -> None:
    runtime = host.launch()
    host.run(runtime, "kept = 41")
    dead = host.launch()
    pid = host.ask(AgentClient.status).pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists())
    before, inner = state_of(host, runtime), state_of(host, dead).inner
    assert inner is not None
    os.kill(inner.pid, signal.SIGKILL)
    (host.folder("left") / "root").mkdir(parents=True)
    for folder in (host.folder("left"), host.folder("left") / "root"):
        os.chown(folder, host.uid, host.uid)
    host.start_agent()
    try:
        assert host.run(runtime, "print(kept + 1)") == "42\n"
        assert state_of(host, runtime) == before
        alive = {status.id: status.alive for status in host.ask(AgentClient.runtimes)}
        assert alive == {runtime: True, dead: False}
        assert not host.folder("left").exists()
    finally:
        host.stop(runtime)
        host.stop(dead)
    assert not any(process.alive() for process in before.processes())


def test_the_agent_keeps_nothing_open_of_connections_that_ended(host: Host, runtime: str) -> None:
    host.run(runtime, "1")
    agent = host.ask(AgentClient.status).pid
    before = len(os.listdir(f"/proc/{agent}/fd"))
    for _ in range(5):
        host.run(runtime, "1")
    until(lambda: len(os.listdir(f"/proc/{agent}/fd")) <= before)


async def test_many_requests_travel_side_by_side(host: Host) -> None:
    client = host.client
    await client.launch(Launch(runtime="many", environment="core", token="t"))
    try:
        printed = await run_cell(client, "many", "for i in range(20000): print(i)")
        assert printed.split() == [str(number) for number in range(20000)]
    finally:
        await client.stop("many")
