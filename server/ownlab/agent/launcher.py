"""The program that stands between the agent and bubblewrap: it arranges the mounts, gives up root and becomes bwrap.

Started as `python -I -S launcher.py FD` with an empty environment; FD holds the plan of `plan.py`, marshalled.
Everything that a sandbox shall see is collected on a small tmpfs that only this process and its children see, so no
folder on the way to a source needs to be open to the runtime's user.

Every import delays every start: modules that load slowly (json, socket, pathlib, typing) are not used.

Failures are one line on standard error and exit status 96.
"""

from __future__ import annotations

import marshal
import os
import resource
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from ownlab.agent import confine, namespaces  # noqa: E402


def main() -> None:
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        plan = marshal.load(file)  # noqa: S302
    try:
        launch(plan)
    except OSError as error:
        sys.stderr.write(f"ownlab launcher: {error}\n")
        sys.exit(96)


def launch(plan: dict[str, Any]) -> None:
    """Arrange everything as the plan says and become its command; returns never."""
    os.umask(0o022)
    for procs in plan["cgroups"]:
        namespaces.write(procs, "0")
    for limit, value in plan["limits"].items():
        resource.setrlimit(getattr(resource, limit), (value, value))
    if plan.get("plain"):
        launch_plain(plan)
    uid = plan["uid"]
    if uid is None:
        namespaces.enter_new_users(namespaces.NEW_MOUNTS | namespaces.NEW_NETWORK)
        arrange(plan)
    elif plan["users"]:
        namespaces.unshare(namespaces.NEW_MOUNTS)
        arrange(plan)
        become(uid)
        namespaces.enter_new_users(namespaces.NEW_NETWORK)
    else:
        namespaces.unshare(namespaces.NEW_MOUNTS | namespaces.NEW_NETWORK)
        arrange(plan)
    namespaces.isolate_network(plan["blackholes"])
    if plan["control"] >= 0:
        hand_over(plan["control"])
    os.execv(plan["command"][0], plan["command"])  # noqa: S606


def launch_plain(plan: dict[str, Any]) -> None:
    """Without a sandbox: forbid what can be forbidden and become the command; returns never."""
    confine.keep_orphans()
    for descriptor in plan["closing"]:
        os.set_inheritable(descriptor, False)
    os.chdir(plan["folder"])
    if plan["landlock"]:
        confine.allow_only(plan["read"], plan["write"])
    confine.drop_capabilities()
    confine.forbid_new_privileges()
    if plan["seccomp"] is not None:
        confine.filter_calls(os.pread(plan["seccomp"], 1 << 16, 0))
        os.close(plan["seccomp"])
    os.execve(plan["command"][0], plan["command"], plan["environment"])  # noqa: S606


def become(uid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    namespaces.stay_readable()


def arrange(plan: dict[str, Any]) -> None:
    """Collect every source of the plan below its stage, each under its name."""
    namespaces.receive_mounts_only()
    stage, runtime = plan["stage"], plan["uid"] if plan["map_files"] else None
    trees = [(mount, clone_parts(mount, runtime)) for mount in plan["mounts"]]
    namespaces.mount("tmpfs", stage, "size=1m,mode=755")
    for mount, parts in trees:
        target = f"{stage}/{mount['name']}"
        for key, tree in parts.items():
            place = target if key == "source" else f"{target}.{key}"
            make_place(tree, place)
            namespaces.attach(tree, place)
            os.close(tree)
        if "lower" in parts:
            os.mkdir(target)
            options = f"lowerdir={target}.lower,upperdir={target}.changes/upper,workdir={target}.changes/work"
            namespaces.mount("overlay", target, options + (",userxattr" if plan["uid"] is None else ""))


def clone_parts(mount: dict[str, Any], runtime: int | None) -> dict[str, int]:
    return {
        key: clone(mount[key], read_only=key == "lower" or mount["read_only"], runtime=runtime)
        for key in ("source", "lower", "changes")
        if key in mount
    }


def clone(path: str, *, read_only: bool, runtime: int | None) -> int:
    """A detached mount of path; with `runtime`, files of the path's owner appear as this user's."""
    owner = os.stat(path)
    tree = namespaces.clone_tree(path)
    users = None
    if runtime is not None and owner.st_uid != runtime:
        users = namespaces.swapping_users((owner.st_uid, owner.st_gid), runtime)
    namespaces.restrict(tree, read_only=read_only, users=users)
    if users is not None:
        os.close(users)
    return tree


def make_place(tree: int, place: str) -> None:
    if os.path.isdir(f"/proc/self/fd/{tree}"):
        os.mkdir(place)
    else:
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o644))


def hand_over(control: int) -> None:
    """Send the user and network namespaces to the agent, which attaches the network to them."""
    kinds = [os.open(f"/proc/self/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC) for kind in ("user", "net")]
    namespaces.send_descriptors(control, kinds)
    for descriptor in kinds:
        os.close(descriptor)


if __name__ == "__main__":
    main()
