"""Writes every page of the demo's forms and documents as PNG into pictures/, to be looked at.

Run by `make pictures`, after `make demo`. Word files are turned into PDF by
LibreOffice first, so that the picture is what a person sees there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from formpipe.documents.convert import convert

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
PICTURES = ROOT / "pictures"
DPI = "70"
TIMEOUT_S = 300.0


def draw(pdf: Path, name: str) -> None:
    """Write the pages of *pdf* as `pictures/<name>-<page>.png`."""
    target = PICTURES / name
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["pdftoppm", "-q", "-r", DPI, "-png", str(pdf), str(target)], check=True)


def main() -> int:
    """Draw everything below demo/ and print how many pages there are."""
    if not DEMO.is_dir():
        subprocess.run([sys.executable, str(ROOT / "tests" / "demo.py")], check=True)
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    files = sorted(each for each in DEMO.rglob("*") if each.suffix in {".pdf", ".docx"} and "archive" not in each.parts)
    for number, pdf in enumerate(each for each in files if each.suffix == ".pdf"):
        draw(pdf, f"{_short(pdf)}-pdf{number}")
    words = [each for each in files if each.suffix == ".docx"]
    with TemporaryDirectory() as work:
        batch = [(f"w{number}", word.read_bytes()) for number, word in enumerate(words)]
        done = convert(batch, Path(work), timeout_s=TIMEOUT_S)
        for name, pdf in done.pdfs.items():
            draw(pdf, f"{_short(words[int(name[1:])])}-word")
    pages = len(list(PICTURES.rglob("*.png")))
    print(f"{pages} pages of {len(files)} files are in {PICTURES.name}/")  # noqa: T201 - this is a report
    return 0 if pages and not done.failed else 1


def _short(path: Path) -> str:
    return "/".join(path.relative_to(DEMO).with_suffix("").parts)


if __name__ == "__main__":
    sys.exit(main())
