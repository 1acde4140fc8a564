"""Virtual environments of libraries' versions, made once and kept."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

CACHE = pathlib.Path(os.environ.get("ROOST_PARITY_VENVS") or os.path.expanduser("~/.cache/roost/parity"))


def interpreter(wanted):
    """The path of a Python of that version; None where there is none."""
    if "%d.%d" % sys.version_info[:2] == wanted:
        return sys.executable
    roots = [os.environ.get("PYENV_ROOT", "~/.pyenv") + "/versions", "~/.local/share/uv/python"]
    for root in roots:
        found = sorted(pathlib.Path(os.path.expanduser(root)).glob(f"*{wanted}.*/bin/python{wanted}"))
        # Before names on the path, which may be pyenv's stand-ins for what is not chosen.
        if found:
            return str(found[-1])
    path = shutil.which(f"python{wanted}")
    answers = path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0
    return path if answers else None


def environment(library, name, version):
    """The Python of a version's virtual environment; None where no Python that it runs on is here."""
    folder = CACHE / f"{library}-{name}"
    python = folder / "bin" / "python"
    requirements = [f"{version.package or library}=={name}", *version.beside]
    ready = folder / "requirements.txt"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{library}-{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready.exists() and ready.read_text().split() == requirements:
            return python
        base = next(filter(None, map(interpreter, version.pythons)), None)
        if base is None:
            return None
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([base, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "-q", "--disable-pip-version-check", "install", *requirements], check=True)
        ready.write_text("\n".join(requirements) + "\n")
    return python
