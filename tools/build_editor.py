"""Builds the console's text editor: CodeMirror and its YAML mode, as one file, from npm by the locked versions.

    python tools/build_editor.py            writes ivr/web/console/static/lib/codemirror.js and its licences
    python tools/build_editor.py --check    fails where the committed file is not what the build gives

Needs node and npm; whoever only runs Hotline needs neither, since the result is committed. The same lock file gives the
same bytes: versions and integrity hashes stand in tools/editor/package-lock.json.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent / "editor"
LIB = HERE.parent.parent / "ivr" / "web" / "console" / "static" / "lib"
SOURCES = ("package.json", "package-lock.json", "codemirror.js")
TARGET = "es2022"
NAME_OF_LICENCES = "codemirror.LICENSES.txt"


def build(folder: Path) -> tuple[str, str]:
    """The bundle and the licences of all it contains."""
    for name in SOURCES:
        shutil.copy(HERE / name, folder / name)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    # esbuild's own program comes in a package of its own; its install script would only check it.
    subprocess.run(
        [
            "node_modules/.bin/esbuild", "codemirror.js", "--bundle", "--minify", "--format=esm",
            f"--target={TARGET}",
            "--legal-comments=none", "--charset=utf8", "--outfile=bundle.js", "--metafile=meta.json",
            "--log-level=error",
        ],
        cwd=folder, check=True,
    )  # fmt: skip
    licences = licences_of(folder)
    head = f"/* CodeMirror 6, MIT licence. Built by tools/build_editor.py; licences in {NAME_OF_LICENCES}. */\n"
    return head + (folder / "bundle.js").read_text(), licences


def licences_of(folder: Path) -> str:
    """Name, version and licence text of every package that went into the bundle."""
    import json

    inputs = json.loads((folder / "meta.json").read_text())["inputs"]
    packages = set()
    for path in inputs:
        parts = Path(path).parts
        if parts[0] == "node_modules":
            packages.add("/".join(parts[1:3]) if parts[1].startswith("@") else parts[1])
    texts = []
    for name in sorted(packages):
        root = folder / "node_modules" / name
        about = json.loads((root / "package.json").read_text())
        found = sorted(root.glob("LICEN[SC]E*"))
        if not found:
            raise SystemExit(f"{name} comes without its licence text")
        texts.append(f"{name} {about['version']} ({about['license']})\n\n{found[0].read_text().strip()}\n")
    return ("\n" + "-" * 80 + "\n\n").join(texts)


def main() -> None:
    """Build, then write or compare."""
    with tempfile.TemporaryDirectory() as temporary:
        bundle, licences = build(Path(temporary))
    wanted = {LIB / "codemirror.js": bundle, LIB / NAME_OF_LICENCES: licences}
    if "--check" in sys.argv[1:]:
        different = [str(path) for path, text in wanted.items() if not path.exists() or path.read_text() != text]
        if different:
            sys.exit(f"not what the build gives: {', '.join(different)}")
        return
    LIB.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text)
        print(f"{path.relative_to(LIB.parents[4])}: {len(text):,} characters")


if __name__ == "__main__":
    main()
