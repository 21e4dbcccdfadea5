"""What a hostile notebook tries, each as a cell. Written to succeed: only what raises, or prints nothing, has failed.

`HERE` is filled in by the test: addresses, paths and names of things on the host that exist and must stay out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass

PRELUDE = """
import ctypes, errno, fcntl, glob, os, re, signal, socket, struct, subprocess, sys, termios
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def shell(command):
    return subprocess.run(command, shell=True, capture_output=True, text=True, timeout=20)

def reach(host, port):
    with socket.socket() as s:
        s.settimeout(3)
        s.connect((host, port))
        return s.recv(100)

def everything_readable(pattern):
    found = ''
    for path in glob.glob(pattern):
        try:
            found += open(path, 'rb').read(1 << 20).decode(errors='replace')
        except OSError:
            pass
    return found

def must(found):
    if not found:
        raise LookupError('found nothing')
    return found
"""


@dataclass(frozen=True)
class Attack:
    """One attempt; its number is the row of the list of attacks that it belongs to."""

    row: int
    name: str
    code: str
    """An expression or statements whose last line assigns `got`."""


ATTACKS = (
    Attack(1, "read the host's passwords", "got = open('/etc/shadow').read()"),
    Attack(
        1,
        "list the host's users",
        "got = must(set(re.findall(r'^(\\w+):', open('/etc/passwd').read(), re.M)) - {'root', 'nobody'})",
    ),
    Attack(1, "reach the host's files through process 1", "got = open('/proc/1/root' + HERE['marker']).read()"),
    Attack(
        1,
        "reach the host's files through the working folder of process 1",
        "got = open('/proc/1/cwd/../../..' + HERE['marker']).read()",
    ),
    Attack(2, "list another runtime's folder", "got = os.listdir(HERE['victim'])"),
    Attack(
        2,
        "connect to another runtime's socket",
        "s = socket.socket(socket.AF_UNIX); s.connect(HERE['victim'] + '/jupyter.sock'); got = s",
    ),
    Attack(2, "list the own folder on the host", "got = os.listdir(HERE['own'])"),
    Attack(3, "list the data folder", "got = os.listdir(HERE['data'])"),
    Attack(
        3,
        "connect to the agent",
        "s = socket.socket(socket.AF_UNIX); s.connect(HERE['data'] + '/agent/agent.sock'); got = s",
    ),
    Attack(
        3,
        "find the control plane's secret in environments",
        "got = must(HERE['secret'] in everything_readable('/proc/[0-9]*/environ'))",
    ),
    Attack(
        3, "find host paths in command lines", "got = must(HERE['data'] in everything_readable('/proc/[0-9]*/cmdline'))"
    ),
    Attack(
        3,
        "find an inherited descriptor of a host file",
        "open_files = [os.readlink(p) for p in glob.glob('/proc/self/fd/*') if os.path.lexists(p)]\n"
        "got = must([f for f in open_files if HERE['data'] in f and not f.endswith('/log')])",
    ),
    Attack(
        4,
        "see a process of the host",
        "found = everything_readable('/proc/[0-9]*/cmdline')\ngot = must('pytest' in found or 'slirp' in found)",
    ),
    Attack(4, "kill a process of the host", "os.kill(HERE['pid'], 0); got = 'exists'"),
    Attack(5, "write kernel settings", "got = open('/proc/sys/kernel/hostname', 'w').write('x')"),
    Attack(5, "set the core pattern", "got = open('/proc/sys/kernel/core_pattern', 'w').write('|/x')"),
    Attack(5, "press the magic key", "got = open('/proc/sysrq-trigger', 'w').write('h')"),
    Attack(5, "read the kernel's memory", "got = must(open('/proc/kcore', 'rb').read(10))"),
    Attack(
        5, "read the kernel's log", "fd = os.open('/proc/kmsg', os.O_RDONLY | os.O_NONBLOCK); got = os.read(fd, 10)"
    ),
    Attack(
        5, "read the kernel's log by call", "got = call(NUMBERS['syslog'], 3, ctypes.create_string_buffer(100), 100)"
    ),
    Attack(
        5,
        "learn the kernel's addresses",
        "got = must([l for l in open('/proc/kallsyms') if not l.startswith('0' * 16)])",
    ),
    Attack(
        6,
        "make a disk's device",
        "os.mknod('/tmp/disk', 0o60666, os.makedev(254, 0)); got = open('/tmp/disk', 'rb').read(1)",
    ),
    Attack(
        6,
        "remount /usr for writing",
        "r = shell('mount -o remount,rw,bind /usr && touch /usr/x'); got = must(r.returncode == 0)",
    ),
    Attack(6, "write /usr", "got = open('/usr/x', 'w')"),
    Attack(6, "write /etc", "got = open('/etc/passwd', 'a')"),
    Attack(6, "change our own package", "got = open('/opt/ownlab/ownlab_kernel/serve.py', 'a')"),
    Attack(6, "mount something", "got = call(NUMBERS['mount'], b'none', b'/mnt', b'tmpfs', 0, None)"),
    Attack(6, "uncover what is mounted over", "got = call(NUMBERS['umount2'], b'/usr/local', 2)"),
    Attack(
        7, "become root through a setuid program", "r = shell('su -c id'); got = must(r.returncode == 0 and r.stdout)"
    ),
    Attack(7, "hold a capability", "got = must(re.search(r'CapEff:\\s+0*[1-9a-f]', open('/proc/self/status').read()))"),
    Attack(7, "gain privileges by exec", "got = must('NoNewPrivs:\\t0' in open('/proc/self/status').read())"),
    Attack(8, "make a user namespace", "got = call(NUMBERS['unshare'], 0x10000000)"),
    Attack(
        8,
        "make a user namespace with a program",
        "r = shell('unshare -Urm mount -t tmpfs x /mnt'); got = must(r.returncode == 0)",
    ),
    Attack(
        8, "make a user namespace with clone", "got = call(NUMBERS['clone'], 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)"
    ),
    Attack(
        8,
        "make a user namespace with clone3",
        "a = struct.pack('8Q', 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0); got = call(435, a, len(a))",
    ),
    Attack(8, "enter another namespace", "got = call(NUMBERS['setns'], os.open('/proc/1/ns/mnt', os.O_RDONLY), 0)"),
    Attack(
        9,
        "connect to an abstract socket of the host",
        "s = socket.socket(socket.AF_UNIX); s.connect('\\0' + HERE['abstract']); got = s.recv(100)",
    ),
    Attack(10, "connect to the control plane on the loopback", "got = reach('127.0.0.1', HERE['port'])"),
    Attack(10, "connect to the host's loopback through the gateway", "got = reach('10.0.2.2', HERE['port'])"),
    Attack(
        10,
        "connect to the host's own address",
        "got = must([reach(address, HERE['port']) for address in HERE['addresses']])",
    ),
    Attack(11, "ask the cloud's metadata service", "got = reach('169.254.169.254', 80)"),
    Attack(11, "ask another cloud's metadata service", "got = reach('100.100.100.200', 80)"),
    Attack(11, "ask a third cloud's metadata service", "got = reach('168.63.129.16', 80)"),
    Attack(11, "reach the private network 10/8", "got = reach('10.1.2.3', 80)"),
    Attack(11, "reach the private network 172.16/12", "got = reach('172.17.0.1', 80)"),
    Attack(11, "reach the private network 192.168/16", "got = reach('192.168.1.1', 80)"),
    Attack(
        11,
        "reach the private network by IPv6",
        "s = socket.socket(socket.AF_INET6); s.settimeout(3); s.connect(('fe80::1', 80)); got = s",
    ),
    Attack(
        13,
        "find the server's socket",
        "got = must([d for d, _, names in os.walk('/') if not d.startswith('/proc') and 'jupyter.sock' in names])",
    ),
    Attack(
        14,
        "link a file of the host's /etc into the own folder",
        "os.link('/etc/passwd', '/content/passwd'); got = 'linked'",
    ),
    Attack(14, "link a program into the own folder", "os.link('/usr/bin/su', '/content/su'); got = 'linked'"),
    Attack(
        14,
        "link our own package into the own folder",
        "os.link('/opt/ownlab/ownlab_kernel/serve.py', '/content/serve.py'); got = 'linked'",
    ),
    Attack(15, "read the keyring", "got = call(NUMBERS['keyctl'], 0, -3, 1)"),
    Attack(15, "add a key", "got = call(NUMBERS['add_key'], b'user', b'x', b'y', 1, -4)"),
    Attack(15, "use userfaultfd", "got = call(NUMBERS['userfaultfd'], 1)"),
    Attack(15, "use io_uring", "got = call(NUMBERS['io_uring_setup'], 1, ctypes.create_string_buffer(200))"),
    Attack(15, "load a kernel program", "got = call(NUMBERS['bpf'], 0, ctypes.create_string_buffer(200), 72)"),
    Attack(
        15,
        "watch the processor",
        "what = ctypes.create_string_buffer(struct.pack('IIQ', 1, 120, 0) + bytes(104))\n"
        "got = call(NUMBERS['perf_event_open'], what, 0, -1, -1, 0)",
    ),
    Attack(15, "load a kernel module", "got = call(NUMBERS['init_module'], 0, 0, b'')"),
    Attack(
        15,
        "open a file by its handle",
        "got = call(NUMBERS['open_by_handle_at'], -100, ctypes.create_string_buffer(200), 0)",
    ),
    Attack(15, "open a socket to the hypervisor", "got = socket.socket(40, 1, 0)"),
    Attack(15, "open a socket to the kernel's crypto", "got = socket.socket(38, 5, 0)"),
    Attack(15, "open a raw network socket", "got = socket.socket(17, 3, 0)"),
    Attack(15, "open a raw internet socket", "got = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    Attack(
        15,
        "use the other system call table",
        "pid = os.fork()\nif pid == 0:\n    call(0x40000000 | 39); os._exit(0)\n"
        "got = must(os.uname().machine == 'x86_64' and os.waitpid(pid, 0)[1] == 0)",
    ),
    Attack(16, "open the terminal of the host", "got = open('/dev/tty')"),
    Attack(
        17,
        "start more processes than allowed",
        "import resource; got = must(resource.getrlimit(resource.RLIMIT_NPROC)[1] > 512)",
    ),
    Attack(17, "leave a core file", "import resource; got = must(resource.getrlimit(resource.RLIMIT_CORE)[1])"),
)
