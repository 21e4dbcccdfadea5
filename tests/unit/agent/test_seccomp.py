"""The filter's program, run by a small interpreter of the kernel's filter machine."""

from __future__ import annotations

import errno
import struct

import pytest

from ownlab.agent.seccomp import ARCHITECTURES, program

ALLOW, KILL = 0x7FFF0000, 0x80000000


def judge(machine: str, number: int, first: int = 0, second: int = 0, audit: int | None = None) -> int:
    """What the program answers to a system call."""
    code = program(machine)
    assert code is not None
    call = struct.pack(
        "=IIQQQQQQQ", number, ARCHITECTURES[machine].audit if audit is None else audit, 0, first, second, 0, 0, 0, 0
    )
    steps = [struct.unpack_from("=HBBI", code, offset) for offset in range(0, len(code), 8)]
    at, value = 0, 0
    while True:
        operation, yes, no, operand = steps[at]
        at += 1
        if operation == 0x20:
            (value,) = struct.unpack_from("=I", call, operand)
        elif operation == 0x06:
            return int(operand)
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[operation]
            at += yes if holds else no


def fails(error: int) -> int:
    return 0x00050000 | error


machines = pytest.mark.parametrize("machine", sorted(ARCHITECTURES))


@machines
def test_every_denied_call_fails_with_eperm(machine: str) -> None:
    denied = ARCHITECTURES[machine].denied
    assert {name for name, number in denied.items() if judge(machine, number) != fails(errno.EPERM)} == set()


@machines
def test_ordinary_calls_pass(machine: str) -> None:
    denied = {*ARCHITECTURES[machine].denied.values(), ARCHITECTURES[machine].clone3}
    assert {number for number in range(450) if number not in denied and judge(machine, number) != ALLOW} == set()


@machines
def test_another_architectures_calls_end_the_process(machine: str) -> None:
    assert judge(machine, 1, audit=0x40000003) == KILL


def test_the_other_table_of_x86_ends_the_process() -> None:
    assert judge("x86_64", 0x40000000 + 39) == KILL


@machines
@pytest.mark.parametrize("flag", [0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000])
def test_clone_makes_no_namespaces(machine: str, flag: int) -> None:
    assert judge(machine, ARCHITECTURES[machine].clone, flag | 17) == fails(errno.EPERM)


@machines
def test_clone_makes_threads_and_processes(machine: str) -> None:
    assert judge(machine, ARCHITECTURES[machine].clone, 0x3D0F00) == ALLOW
    assert judge(machine, ARCHITECTURES[machine].clone, 17) == ALLOW


@machines
def test_clone3_seems_not_to_exist_so_that_libraries_use_clone(machine: str) -> None:
    assert judge(machine, ARCHITECTURES[machine].clone3) == fails(errno.ENOSYS)


@machines
@pytest.mark.parametrize(("family", "answer"), [(40, fails(errno.EAFNOSUPPORT)), (17, fails(errno.EAFNOSUPPORT))])
def test_dangerous_sockets_seem_not_to_be_supported(machine: str, family: int, answer: int) -> None:
    assert judge(machine, ARCHITECTURES[machine].socket, family) == answer


@machines
@pytest.mark.parametrize("family", [1, 2, 10, 16])
def test_usual_sockets_pass(machine: str, family: int) -> None:
    assert judge(machine, ARCHITECTURES[machine].socket, family) == ALLOW


@machines
def test_nobody_types_into_a_terminal(machine: str) -> None:
    assert judge(machine, ARCHITECTURES[machine].ioctl, 0, 0x5412) == fails(errno.EPERM)
    assert judge(machine, ARCHITECTURES[machine].ioctl, 0, 0x5413) == ALLOW


def test_an_unknown_machine_has_no_filter() -> None:
    assert program("riscv64") is None
