"""How strongly this machine can isolate: from what a probe found to a level and sentences. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ownlab.agent.errors import IsolationTooWeak

LEVELS = ("full", "no-userns", "landlock", "none")


@dataclass(frozen=True)
class Probe:
    """What was found by trying: a sandbox in each manner, and the parts around it."""

    is_root: bool
    bwrap: str | None = None
    """Its path."""
    bwrap_version: tuple[int, ...] = ()
    with_users: bool = False
    """A sandbox in a user namespace ran."""
    without_users: bool = False
    """As root: a sandbox without user namespaces ran."""
    said: str = ""
    """What the failed attempt printed."""
    overlay: bool = False
    map_files: bool = False
    landlock: int = 0
    """Version of the kernel's Landlock, 0 without."""
    slirp: str | None = None
    tun: bool = False
    """Whether /dev/net/tun can be opened."""
    seccomp: bool = True
    apparmor_restricts: bool = False
    """kernel.apparmor_restrict_unprivileged_userns (Ubuntu 23.10 and newer)."""
    max_user_namespaces: int | None = None
    unprivileged_clone: bool = True
    """kernel.unprivileged_userns_clone (Debian)."""
    container: bool = False


@dataclass(frozen=True)
class Isolation:
    """The decision."""

    level: str
    missing: tuple[str, ...] = ()
    """What is missing for full isolation, or for a network, and what to do: one sentence each."""

    def require(self, users: str) -> None:
        """Refuse to serve many users with less than full isolation.

        Raises:
            IsolationTooWeak: says what to install.
        """
        if users == "many" and self.level != "full":
            raise IsolationTooWeak(
                f"Runtimes for more than one user need full isolation; this machine offers {self.level!r}. "
                + " ".join(self.missing),
                level=self.level,
            )


def decide(probe: Probe) -> Isolation:
    """The strongest level that this machine allows, and what stands in the way of more."""
    missing = [*_sandbox(probe), *_around(probe)]
    if probe.with_users:
        level = "full"
    elif probe.without_users:
        level = "no-userns"
    else:
        level = "landlock" if probe.landlock else "none"
    if level == "full" and not probe.seccomp:
        level = "no-userns"
    return Isolation(level, tuple(missing))


def _sandbox(probe: Probe) -> list[str]:
    if probe.with_users:
        return [] if probe.seccomp else ["This processor architecture has no system call filter in OwnLab."]
    if probe.bwrap is None:
        return ["bubblewrap is not installed: `apt install bubblewrap` (Debian, Ubuntu) or `dnf install bubblewrap`."]
    reasons = []
    if probe.apparmor_restricts and not probe.is_root:
        reasons.append(
            "Ubuntu forbids user namespaces to programs without an AppArmor profile: "
            "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or give bwrap a profile."
        )
    if not probe.unprivileged_clone and not probe.is_root:
        reasons.append("User namespaces are off: `sudo sysctl kernel.unprivileged_userns_clone=1`.")
    if probe.max_user_namespaces == 0:
        reasons.append("User namespaces are off: `sudo sysctl user.max_user_namespaces=15000`.")
    if not reasons and probe.container:
        reasons.append(
            "This container forbids namespaces: start it with `--security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined`."
        )
    if not reasons:
        reasons.append(f"bubblewrap could not make a sandbox ({probe.said or 'it gave no reason'}).")
    return reasons


def _around(probe: Probe) -> list[str]:
    reasons = []
    if probe.slirp is None:
        reasons.append(
            "slirp4netns is not installed, so runtimes have no network: `apt install slirp4netns` (Debian, Ubuntu)."
        )
    elif not probe.tun:
        reasons.append("/dev/net/tun can not be opened, so runtimes have no network: `modprobe tun`.")
    if not probe.overlay and (probe.with_users or probe.without_users):
        reasons.append(
            "The file system under the data folder supports no overlay for this user, so every runtime copies its "
            "environment first: use ext4, XFS or Btrfs and Linux 5.11 or newer."
        )
    return reasons
