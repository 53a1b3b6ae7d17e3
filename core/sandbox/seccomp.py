"""Which system calls generated code may make, as a filter for the kernel.

The default is "no such call" (ENOSYS), so that what the library's tables do not know, among it the second set of numbers
of x86-64 (x32), is refused; then every known call is allowed but those below.
"""

from __future__ import annotations

import errno
import os
import socket

import seccompy
from seccompy.syscalls import AARCH64_SYSCALLS, AUDIT_ARCH_AARCH64, X86_64_SYSCALLS, audit_arch

REFUSED = """
    mount umount2 pivot_root chroot move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick
    mount_setattr statmount listmount listns unshare setns
    bpf perf_event_open kexec_load kexec_file_load init_module finit_module delete_module create_module query_module
    get_kernel_syms reboot swapon swapoff acct quotactl quotactl_fd syslog iopl ioperm settimeofday clock_settime
    clock_adjtime adjtimex sethostname setdomainname nfsservctl lookup_dcookie vhangup uselib _sysctl sysfs ustat
    modify_ldt personality add_key request_key keyctl ptrace process_vm_readv process_vm_writev process_madvise
    process_mrelease pidfd_getfd kcmp userfaultfd open_by_handle_at name_to_handle_at fanotify_init fanotify_mark
    move_pages migrate_pages mbind set_mempolicy set_mempolicy_home_node uprobe uretprobe
    io_uring_setup io_uring_enter io_uring_register io_setup
    memfd_create memfd_secret shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
"""
"""The kernel's own surface, other processes, and memory that no limit counts (memfd, System V, message queues)."""

REFUSED_ON_SHARED_HOST = """
    connect bind listen accept accept4 setsid setpgid inotify_add_watch
    sched_setscheduler sched_setparam sched_setattr ioprio_set
"""
"""Where host and code share network, processes and files: nothing is addressed, watched or moved out of the group."""

FEIGNED = """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat
    setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr
"""
"""Landlock does not cover these; programs expect them to work, so they are told so and nothing happens."""

_NEW_NAMESPACES = 0x7E020080
"""CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. Source: linux/sched.h."""
_TERMINAL = (0x5412, 0x541C, 0x5423)
"""TIOCSTI, TIOCLINUX, TIOCSETD. Source: asm-generic/ioctls.h, linux/tiocl.h."""
_LOW = 0xFFFFFFFF
"""The kernel reads 32 bits of these arguments; a comparison of all 64 could be passed with rubbish in the upper ones."""
_SELF = 0
_SET_DUMPABLE = 4
"""Would hide from the watch which files a process holds open. Source: linux/prctl.h."""
_STREAM, _KIND = 1, 0xF
"""SOCK_STREAM and the bits that tell the kind: pairs of other kinds can be sent to any socket of the host by path."""


def why_no_filter() -> str | None:
    """Half a sentence for people where filters cannot be had; ``None`` where they can."""
    try:
        audit_arch()
    except seccompy.UnsupportedError:
        return "the numbers of system calls on this kind of processor are not known"
    return None if seccompy.supported() else "the kernel has no seccomp filters"


def namespaced_filter() -> seccompy.Filter:
    """For code in namespaces of its own. Not to be asked for where there is a reason against (`why_no_filter`)."""
    rules = _common()
    for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
        rules.allow("socket", args=[_equal(0, family)])
    rules.errno("socket", errno.EAFNOSUPPORT)
    return _finished(rules)


def shared_host_filter() -> seccompy.Filter:
    """For code that Landlock alone keeps apart: no sockets but pairs, no signals to strangers, no attributes of files."""
    rules = _common()
    for name in _known(REFUSED_ON_SHARED_HOST):
        rules.errno(name, errno.EPERM)
    for name in _known(FEIGNED):
        rules.errno(name, 0)
    rules.errno("socket", errno.EACCES)
    rules.allow("socketpair", args=[_equal(0, socket.AF_UNIX), _masked(1, _KIND, _STREAM)])
    rules.errno("socketpair", errno.EACCES)
    for name in ("prlimit64", "sched_setaffinity"):
        rules.allow(name, args=[_equal(0, _SELF)])
        rules.errno(name, errno.EPERM)
    rules.allow("setpriority", args=[_equal(0, os.PRIO_PROCESS), _equal(1, _SELF)])
    rules.errno("setpriority", errno.EPERM)
    rules.errno("prctl", errno.EPERM, args=[_equal(0, _SET_DUMPABLE)])
    return _finished(rules)


def _common() -> seccompy.Filter:
    rules = seccompy.Filter(default=int(seccompy.Action.ERRNO) | errno.ENOSYS)
    for name in _known(REFUSED):
        rules.errno(name, errno.EPERM)
    rules.errno("clone3", errno.ENOSYS)  # its flags lie where no filter sees them; libc then uses clone
    rules.allow("clone", args=[_masked(0, _NEW_NAMESPACES, 0)])
    rules.errno("clone", errno.EPERM)
    for request in _TERMINAL:
        rules.errno("ioctl", errno.EPERM, args=[_equal(1, request)])
    return rules


def _finished(rules: seccompy.Filter) -> seccompy.Filter:
    for name in _table():
        rules.allow(name)  # comes last: the first rule that matches counts
    return rules


def _known(names: str) -> list[str]:
    """Without those that this kind of processor does not have."""
    table = _table()
    return [name for name in names.split() if name in table]


def _table() -> dict[str, int]:
    return AARCH64_SYSCALLS if audit_arch() == AUDIT_ARCH_AARCH64 else X86_64_SYSCALLS


def _equal(argument: int, value: int) -> seccompy.ArgCmp:
    return _masked(argument, _LOW, value)


def _masked(argument: int, mask: int, value: int) -> seccompy.ArgCmp:
    return seccompy.ArgCmp(argument, seccompy.CmpOp.MASKED_EQ, value, mask)
