"""Finding out what this machine offers, by trying it with the same launcher that runtimes use."""

from __future__ import annotations

import asyncio
import contextlib
import marshal
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from ownlab.agent import confine, isolation, limits, machine, plan, processes, seccomp, trees
from ownlab.agent.isolation import Probe
from ownlab.agent.machine import Machine
from ownlab.agent.options import AgentOptions
from ownlab.agent.plan import Host

_LAUNCHER = Path(__file__).with_name("launcher.py")
_PATIENCE_S = 10


async def examine(options: AgentOptions) -> Machine:
    """The machine as the agent of these options may use it."""
    return await asyncio.to_thread(_examine, options)


def _examine(options: AgentOptions) -> Machine:
    uids = machine.runtime_uids(Path("/proc/self/uid_map").read_text()) if os.geteuid() == 0 else None
    host, probe = probe_host(options.folder, uids)
    decided = isolation.decide(probe)
    first, count = uids or (0, 0)
    return Machine(
        host=host,
        isolation=decided,
        slirp=probe.slirp if probe.tun else None,
        control_groups=limits.find_control_groups(),
        seccomp=seccomp.program(platform.machine()),
        is_root=uids is not None,
        first_uid=first,
        uids=count,
    )


def probe_host(folder: Path, uids: tuple[int, int] | None) -> tuple[Host, Probe]:
    """Try sandboxes on the file system that holds folder: first the full recipe, then with fewer parts."""
    bwrap = _program("bwrap")
    version = _bwrap_version(bwrap)
    host = Host(
        bwrap=bwrap or "bwrap",
        stage=machine.choose_stage(),
        roots=machine.top_level_links(),
        map_files=uids is not None,
        disable_users=version >= (0, 8),
    )
    probe = Probe(
        is_root=os.geteuid() == 0,
        bwrap=bwrap,
        bwrap_version=version,
        landlock=confine.landlock_version(),
        slirp=_program("slirp4netns"),
        tun=_opens(Path("/dev/net/tun")),
        seccomp=seccomp.program(platform.machine()) is not None,
        apparmor_restricts=_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1,
        max_user_namespaces=_number("/proc/sys/user/max_user_namespaces"),
        unprivileged_clone=_number("/proc/sys/kernel/unprivileged_userns_clone") != 0,
        container=Path("/.dockerenv").exists() or Path("/run/.containerenv").exists(),
    )
    if bwrap is None:
        return host, probe
    uid = None if uids is None else uids[0] + uids[1] - 1
    manners = [host, replace(host, overlay=False), replace(host, overlay=False, map_files=False)]
    for manner in manners:
        said = _try(manner, folder, uid)
        if said is None:
            return manner, replace(probe, with_users=True, overlay=manner.overlay, map_files=manner.map_files)
        probe = replace(probe, said=probe.said or said)
    for manner in [replace(manner, users=False) for manner in manners] if uid is not None else []:
        if _try(manner, folder, uid) is None:
            return manner, replace(probe, without_users=True, overlay=manner.overlay, map_files=manner.map_files)
    return host, probe


def _try(host: Host, folder: Path, uid: int | None) -> str | None:
    """Run `true` in a sandbox of this manner: None if it ran, otherwise what was said."""
    place = Path(tempfile.mkdtemp(prefix="probe-", dir=folder))
    try:
        for name in ("root", "lower", "changes", "changes/upper", "changes/work"):
            (place / name).mkdir()
            (place / name).chmod(0o755)
            if uid is not None and name != "lower":
                os.chown(place / name, uid, uid)
        (place / "lower" / "file").touch()
        mounted = [plan.Mount("root", "/", source=place / "root", read_only=False)]
        if host.overlay:
            mounted.append(plan.Mount("o", "/o", lower=place / "lower", changes=place / "changes", read_only=False))
        else:
            mounted.append(plan.Mount("o", "/o", source=place / "lower"))
        return _run(host, mounted, uid)
    finally:
        trees.remove(place)


def _run(host: Host, mounted: list[plan.Mount], uid: int | None) -> str | None:
    with contextlib.ExitStack() as mine:
        arguments, instructions, said, info, status = (_memory_file(mine) for _ in range(5))
        listed = plan.arguments(host, mounted, {}, plan.Descriptors(-1, -1, arguments, info, status, None))
        listed[listed.index("--chdir") + 1] = "/"
        # Removing a file that the sandbox does not own shows that overlays and mapped files work.
        inner = [*plan.give_up_root(host, uid), "/usr/bin/rm" if host.overlay else "/usr/bin/test", "-f", "/o/file"]
        full = plan.launcher_plan(
            host, uid, mounted, inner, plan.Descriptors(-1, -1, arguments, info, status, None), plan.Limits(), ()
        )
        os.pwrite(arguments, b"".join(os.fsencode(argument) + b"\0" for argument in listed), 0)
        os.pwrite(instructions, marshal.dumps(full), 0)
        process = subprocess.Popen(
            [os.path.realpath(sys.executable), "-I", "-S", str(_LAUNCHER), str(instructions)],
            env={"PATH": "/usr/bin:/bin"},
            pass_fds=[arguments, instructions, info, status],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            code = _wait(process)
        finally:
            processes.kill_session(process.pid)
            process.kill()
            process.wait()
        text = os.pread(said, 4096, 0).decode(errors="replace").strip()
    return None if code == 0 else (text[-300:] or f"status {code}")


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    """The exit status without taking it from the kernel, so that the session's number stays ours."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is not None:
            return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        time.sleep(0.002)
    return None


def _memory_file(stack: contextlib.ExitStack) -> int:
    descriptor = os.memfd_create("ownlab")
    stack.callback(os.close, descriptor)
    return descriptor


def _program(name: str) -> str | None:
    return shutil.which(name, path="/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin")


def _bwrap_version(bwrap: str | None) -> tuple[int, ...]:
    if bwrap is None:
        return ()
    said = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    match = re.search(r"(\d+)\.(\d+)", said)
    return tuple(map(int, match.groups())) if match else ()


def _opens(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None
