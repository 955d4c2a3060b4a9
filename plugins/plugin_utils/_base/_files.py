# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that the roles and playbooks read and write on the controller.

A file is written beside its target and renamed, so that nobody sees half of it, and a link of that name is replaced and
never followed: in a folder that others may write to, it could lead to any file of ours.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import stat
import tempfile
import time
import typing as t

PATIENCE = 10.0  # seconds: whoever may read a folder can hold it, and must not hold us for long
NEW_MODE = 0o600
MOST_BYTES = 16 * 1024 * 1024
LONGEST_NAME = 255  # bytes of a file's name that file systems take


class FileFault(OSError):
    """A file that can't be read or written, in one sentence."""


def path_of(name: str) -> str:
    """Where a file is, from the root on. Links stay links. What is relative begins where ansible was started."""
    return os.path.normpath(os.path.join(_start(), os.path.expanduser(name)))


def _start() -> str:
    """The working folder, by the name that a shell has for it if that is its name: a program that starts ansible in
    another folder than its own leaves the variable as it was."""
    named, here = os.environ.get("PWD") or "", os.getcwd()
    try:
        return named if os.path.samefile(named, here) else here
    except OSError:
        return here


def usual_name(ending: str, *parts: str) -> str:
    """The name of a file that no variable names. What is too long is cut, and ends with a sum of the whole."""
    whole = "-".join(parts)
    stem, most = re.sub(r"[^\w.-]", "_", whole).encode(), LONGEST_NAME - len(f".{ending}")
    if len(stem) > most:
        mark = "-" + hashlib.sha256(whole.encode()).hexdigest()[:16]
        stem = stem[: most - len(mark)].decode(errors="ignore").encode() + mark.encode()
    return f"{stem.decode()}.{ending}"


def read(path: str, most: int = MOST_BYTES) -> str | None:
    """The text of a file that a user has named. Links are followed: what is read is only taken if it is a manifest.

    :returns: None if there is no such file
    :raises FileFault: if it can't be read, or has more than ``most`` bytes
    """
    return _read(path, most, 0)


def read_own(path: str, most: int = MOST_BYTES) -> str | None:
    """The text of a file that is about to be replaced. A link is no file here, since it is replaced unseen."""
    if os.path.islink(path):
        return None
    return _read(path, most, os.O_NOFOLLOW)


def _read(path: str, most: int, flags: int) -> str | None:
    try:
        # A pipe that nobody writes to must not hold us.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags), "rb") as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(most + 1) if is_file else b""
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise FileFault(f"{path} can't be read: {_reason(error)}") from None
    if not is_file:
        raise FileFault(f"{path} is not a file")
    if len(content) > most:
        raise FileFault(f"{path} has more than {most} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise FileFault(f"{path} is not a text in UTF-8") from None


def clashes(places: t.Iterable[tuple[str, str | None]]) -> list[str]:
    """Variables that name one file between them: what one of them writes would be lost.

    :param places: the name of a variable and the absolute path that it comes to; one may name several
    """
    by_path: dict[str, dict[str, None]] = {}
    for name, path in places:
        if path:
            by_path.setdefault(path, {})[name] = None
    return [f"{' and '.join(names)} name the same file, {path}" for path, names in by_path.items() if len(names) > 1]


def unwritable(places: t.Iterable[tuple[str, str | None]]) -> list[str]:
    """Files that can't be written where they are to be, as far as that shows before anything is done.

    :param places: the name of a variable and the absolute path that it comes to, if it names one
    """
    found = []
    for name, path in places:
        why = path and (_folder_fault(os.path.dirname(path)) or _target_fault(path))
        if why:
            found.append(f"{name}: {path} can't be written: {why}")
    return found


def _folder_fault(folder: str) -> str | None:
    if not os.path.isdir(folder):
        return f"there is no folder {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} can't be written to"
    return None


def _target_fault(path: str) -> str | None:
    """Why nothing can be renamed to a path, or must not be: a device would be a file from then on, for everybody."""
    try:
        kind = stat.S_IFMT(os.lstat(path).st_mode)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return _reason(error)
    # A link there leads to a device, such as /dev/stdout.
    is_file = kind == stat.S_IFREG or (kind == stat.S_IFLNK and os.path.realpath(os.path.dirname(path)) != "/dev")
    return None if is_file else "it is a folder" if kind == stat.S_IFDIR else "it is no file, and would be replaced"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def foretold(unwritable: t.Iterable[str]) -> list[str]:
    """What check mode says of them: a task before may make the folder, which it does not there."""
    return [f"A run would be refused: {fault}" for fault in unwritable]


@contextlib.contextmanager
def alone(path: str | None) -> t.Iterator[None]:
    """Let no other run write beside a file between our look at what is there and our writing: that would be lost.

    The folder is held, and not the file, which is replaced. Where it can't be, as on some file servers, nobody waits.
    """
    folder = None
    try:
        if path:
            with contextlib.suppress(OSError):
                folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                _hold(folder)
        yield
    finally:
        if folder is not None:
            os.close(folder)


def _hold(folder: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)


def text_of(path: str) -> str:
    """What a file that is about to be replaced holds; nothing if it can't be read."""
    try:
        return read_own(path) or ""
    except FileFault:
        return ""


def write(path: str, text: str, mode: int | None = None, check: bool = False) -> bool:
    """Write a file whole.

    :param mode: of a new file, 0600 if unset. A file of one's own that is there keeps the mode that it has
    :param check: write nothing, and tell only whether it would be
    :returns: whether anything was written: a file that holds this text already is left alone
    :raises FileFault: if it can't be written; then what was there is there still
    """
    if text_of(path) == text:
        return False
    if check:
        return True
    if why := _target_fault(path):
        raise FileFault(f"{path} can't be written: {why}")
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".imageops-", dir=os.path.dirname(path) or ".")
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(handle, _mode(path, mode))
            os.fsync(handle)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            _forget(temporary)
        raise FileFault(f"{path} can't be written: {error.strerror}") from None
    return True


def _mode(path: str, mode: int | None) -> int:
    try:
        there = os.lstat(path)
    except FileNotFoundError:
        there = None
    if there and stat.S_ISREG(there.st_mode) and there.st_uid == os.geteuid():
        return stat.S_IMODE(there.st_mode) & 0o777
    return NEW_MODE if mode is None else mode


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # it is a temporary file, and what went wrong before is told


def mode_of(value: t.Any) -> int:
    """A file mode as a user writes it: an octal text, or what YAML makes of an octal number.

    :raises FileFault: if it is none, or would let others write to the file
    """
    text = value.strip() if isinstance(value, str) else oct(value)[2:] if _is_whole(value) else ""
    digits = text.removeprefix("0o")
    if not digits or len(digits) > 4 or set(digits) - set("01234567"):
        raise FileFault(f"{value!r} is no file mode: write it in quotes, such as '0640'")
    mode = int(digits, 8)
    if mode & ~0o777 or mode & 0o022 or not mode & 0o600 == 0o600:
        raise FileFault(f"the file mode {value!r} must let its owner read and write, and nobody else write")
    return mode


def _is_whole(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
