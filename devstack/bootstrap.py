"""From a bare Python to an environment with everything pinned: ``python3 bootstrap.py run | dev | venv``.

Standard library alone, and syntax that an old Python can still read, so that it can say it is too old.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
_PR_SET_PDEATHSIG = 1

# What pip or a compiler says -> what a person can do about it. The first that is found is told.
_REMEDIES = (
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES",
        "a downloaded package is not the one that was pinned (hash mismatch).",
    ),
    (
        r"Python\.h: No such file",
        "a package must be compiled here and Python's header files are missing:"
        " install python3-dev (Debian) or python3-devel.",
    ),
    (
        r"unable to execute '?\S*(gcc|cc|clang)|command '\S*(gcc|cc|clang)\S*' failed: No such file"
        r"|No such file.*\b(gcc|cc)\b",
        "a package must be compiled here and there is no C compiler: install gcc (Debian: build-essential).",
    ),
    (
        r"NewConnectionError|Temporary failure in name resolution|Network is unreachable|ConnectTimeout"
        r"|Max retries|Connection refused|Could not fetch URL|No matching distribution found",
        "the pinned packages can't be downloaded: is there a network?",
    ),
    (r"No space left on device", "the disk is full."),
)


class CantPrepare(Exception):
    """The environment can't be made; the message is one line that says what to do."""


def say(text: str) -> None:
    """Print one progress line."""
    print(f"[ setup  ] {text}", flush=True)


def remedy(output: str) -> str:
    """Return the line that explains what a failed installation printed."""
    for pattern, advice in _REMEDIES:
        if re.search(pattern, output, re.IGNORECASE):
            return advice
    errors = [line for line in output.splitlines() if line.lower().startswith("error")]
    return errors[-1] if errors else "the pinned packages can't be installed."


def fingerprint(files: list[str]) -> str:
    """Return a hash of the requirement files and of the Python that will read them."""
    digest = hashlib.sha256(sys.version.encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def make_venv() -> None:
    """Make ``.venv`` if it is missing or broken."""
    if (
        os.path.exists(PYTHON)
        and subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    ):
        return
    say(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]}")
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.run(
        [sys.executable, "-m", "venv", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in result.stdout:
            raise CantPrepare("this Python has no venv module: install python3-venv (Debian) and try again.")
        raise CantPrepare(
            "`python3 -m venv .venv` failed: "
            + (result.stdout.strip().splitlines() or ["no reason given"])[-1]
        )


def install(files: list[str]) -> None:
    """Install the pinned, hashed requirements, unless these very ones are in place."""
    stamp = os.path.join(VENV, ".installed-" + files[-1])
    current = fingerprint(files)
    try:
        with open(stamp) as file:
            if file.read() == current:
                return
    except OSError:
        pass
    wanted = 0
    for name in files:
        with open(os.path.join(ROOT, name)) as file:
            wanted += sum(1 for line in file if re.match(r"[A-Za-z0-9]", line))
    say(f"Installing {wanted} pinned packages (once)")
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-input",
        "--disable-pip-version-check",
    ]
    command += ["--progress-bar", "off"]
    for name in files:
        command += ["-r", os.path.join(ROOT, name)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    output: list[str] = []
    seen = 0
    for line in process.stdout or ():
        output.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            if seen % 20 == 0:
                say(f"  {seen} packages found")
        elif line.startswith("Installing collected"):
            say("  unpacking")
    if process.wait():
        raise CantPrepare(remedy("".join(output)))
    with open(stamp, "w") as file:
        file.write(current)


def end_with_parent() -> None:
    """Be told to stop when `make` is gone, even if it was killed: nothing may run on unseen."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def main(arguments: list[str]) -> int:
    """Prepare, and for ``run`` become the supervisor."""
    goal = arguments[0] if arguments else "run"
    if sys.version_info < OLDEST:
        raise CantPrepare(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}."
        )
    make_venv()
    install(["requirements-dev.txt"] if goal == "dev" else ["requirements.txt"])
    if goal == "run":
        end_with_parent()
        os.chdir(ROOT)
        os.execv(PYTHON, [PYTHON, "-m", "devstack"])  # noqa: S606 - a fixed program
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CantPrepare as error:
        print(f"portal: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
