"""Installs what the tests need beside Python packages: a browser, PostgreSQL, the validating proxy.

Run by `make test`. What is there already is left alone. Where something is missing and can't be installed here (no
root, no apt), it says what to install and how, and fails: a test that silently doesn't run proves nothing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> int:
    """Install what is missing; 0 when all is there."""
    wanted: list[str] = []
    if not (os.environ.get("HOTLINE_TEST_BROWSER") or any(shutil.which(name) for name in BROWSERS)):
        wanted.append("chromium")
    if not (shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))):
        wanted.append("postgresql")
    if wanted and not install(wanted):
        return 1
    return subprocess.call([sys.executable, str(Path(__file__).parent / "install_prism.py")])


def install(packages: list[str]) -> bool:
    """Install Debian packages; False with the command to run where that is not possible here."""
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    needed, by_hand = " and ".join(packages), " ".join(command)
    hint = f"the tests need {needed}: run `sudo {by_hand}` (or your system's own way), then `make test` again"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write(hint + "\n")
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    sys.stderr.write(f"installing for the tests: {' '.join(packages)}\n")
    log = Path("var") / "install.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as out:
        for step in (["apt-get", "update", "-qq"], command):
            if subprocess.call(step, env=environment, stdout=out, stderr=out) != 0:
                sys.stderr.write(f"{hint}\nsee {log}\n")
                return False
    return True


if __name__ == "__main__":
    sys.exit(main())
