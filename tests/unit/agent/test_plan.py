"""What a sandbox sees: the arguments for bubblewrap and the plan for the launcher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ownlab.agent.model import Launch
from ownlab.agent.plan import (
    Descriptors,
    Folders,
    Host,
    Limits,
    Mount,
    arguments,
    inner_command,
    launcher_plan,
    mounts,
    variables,
)

HOST = Host(bwrap="/usr/bin/bwrap", stage="/tmp", roots={"/bin": "usr/bin", "/lib": None})
FOLDERS = Folders(
    runtime=Path("/data/r"), environment=Path("/env"), python=None, kernel=Path("/kernel"), etc=Path("/data/etc")
)
LAUNCH = Launch(runtime="r", environment="core", token="secret")
NUMBERS = Descriptors(listen=3, control=4, arguments=5, info=6, status=7, seccomp=8)


def following(words: list[str], option: str) -> list[tuple[str, str]]:
    return [(words[i + 1], words[i + 2]) for i, word in enumerate(words) if word == option]


def test_the_environment_is_laid_over_and_the_content_is_the_runtimes_own() -> None:
    assert mounts(FOLDERS, overlay=True) == [
        Mount("root", "/", source=Path("/data/r/root"), read_only=False),
        Mount("etc", "/etc", source=Path("/data/etc")),
        Mount(
            "environment",
            "/usr/local",
            lower=Path("/env"),
            changes=Path("/data/r/environment"),
            read_only=False,
        ),
        Mount("kernel", "/opt/ownlab", source=Path("/kernel")),
        Mount("content", "/content", source=Path("/data/r/content"), read_only=False),
        Mount("spool", "/var/spool/ownlab", source=Path("/data/r/spool"), read_only=False),
    ]


def test_a_seed_is_laid_under_content() -> None:
    mounted = {mount.name: mount for mount in mounts(replace(FOLDERS, seed=Path("/seed")), overlay=True)}
    assert mounted["content"].lower == Path("/seed")
    assert mounted["content"].changes == Path("/data/r/content")


def test_a_foreign_python_and_package_folders_are_mounted_read_only() -> None:
    folders = replace(FOLDERS, python=Path("/home/me/python"), indexes=((Path("/wheels"), "/opt/index/0"),))
    assert mounts(folders, overlay=True)[-2:] == [
        Mount("python", "/opt/python", source=Path("/home/me/python")),
        Mount("index0", "/opt/index/0", source=Path("/wheels")),
    ]


def test_without_overlays_the_copy_is_mounted() -> None:
    mounted = {mount.name: mount for mount in mounts(FOLDERS, overlay=False)}
    assert mounted["environment"] == Mount(
        "environment", "/usr/local", source=Path("/data/r/environment/upper"), read_only=False
    )


def test_every_namespace_is_left_and_every_capability_dropped() -> None:
    words = arguments(HOST, mounts(FOLDERS, overlay=True), {}, NUMBERS)
    assert {word for word in words if word.startswith("--unshare")} == {
        "--unshare-user",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    }
    assert {"--disable-userns", "--new-session", "--clearenv", "--cap-drop"} <= set(words)
    assert "--die-with-parent" not in words
    assert "--cap-add" not in words


def test_only_what_belongs_to_the_runtime_can_be_written() -> None:
    words = arguments(HOST, mounts(FOLDERS, overlay=True), {}, NUMBERS)
    assert following(words, "--bind") == [
        ("/tmp/root", "/"),
        ("/tmp/environment", "/usr/local"),
        ("/tmp/content", "/content"),
        ("/tmp/spool", "/var/spool/ownlab"),
    ]
    assert following(words, "--ro-bind") == [
        ("/usr", "/usr"),
        ("/lib", "/lib"),
        ("/tmp/etc", "/etc"),
        ("/tmp/kernel", "/opt/ownlab"),
    ]
    assert following(words, "--symlink") == [("usr/bin", "/bin")]


def test_no_path_and_no_secret_of_the_host_is_in_the_command() -> None:
    """Its words are visible inside, in /proc/1/cmdline."""
    mounted = mounts(FOLDERS, overlay=True)
    plan = launcher_plan(HOST, 900000, mounted, inner_command(HOST, LAUNCH, 900000), NUMBERS, Limits(), ())
    command = " ".join(plan["command"])
    assert "secret" not in command
    assert "/data" not in command


def test_the_server_gets_its_token_and_socket_by_variable() -> None:
    environment = variables(LAUNCH, 3, shared_python=False, extra={"SSL_CERT_FILE": "/etc/ssl/x.pem"})
    assert environment["JUPYTER_TOKEN"] == "secret"
    assert environment["OWNLAB_LISTEN_FD"] == "3"
    assert environment["SSL_CERT_FILE"] == "/etc/ssl/x.pem"
    assert "LD_LIBRARY_PATH" not in environment
    assert "VIRTUAL_ENV" not in environment


def test_without_user_namespaces_rights_are_given_up_inside() -> None:
    host = replace(HOST, users=False)
    words = arguments(host, mounts(FOLDERS, overlay=True), {}, NUMBERS)
    assert "--unshare-user" not in words
    command = inner_command(host, LAUNCH, 900000)
    assert command[command.index("--reuid") + 1] == "900000"
    assert "--no-new-privs" in command


def test_processes_are_limited_from_within_the_sandbox() -> None:
    assert "--nproc=64:64" in inner_command(HOST, replace(LAUNCH, processes=64), None)


def test_a_launch_survives_its_journey_over_the_socket() -> None:
    launch = replace(LAUNCH, seed=Path("/seed"), memory_bytes=5, network=False)
    assert Launch.from_json(launch.to_json()) == launch
