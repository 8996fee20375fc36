"""What Lighthouse says of the front page and an article in Kazakh and Russian, as a telephone on a slow line:
python -m bench.lighthouse [--url http://127.0.0.1:8000] [--runs 5], beside a portal that `make run` has started.

Lighthouse is installed into var/tools (needs npm and Chromium). Prints the median of each score and what took points;
exits with 1 unless all are 100.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "var" / "tools"
LIGHTHOUSE = TOOLS / "node_modules" / ".bin" / "lighthouse"
VERSION = "13.5.0"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def addresses(url: str) -> list[str]:
    """The front page and the leading story of two editions."""
    found = []
    for edition in ("", "/ru"):
        try:
            with urllib.request.urlopen(f"{url}{edition}/") as answer:
                article = re.search(rf'href="({edition}/news/\d+-[^"]+)"', answer.read().decode())
        except OSError as error:
            sys.exit(f"{url}{edition}/ does not answer ({error}): start `make run` first.")
        if article is None:
            sys.exit(f"{url}{edition}/ shows no article.")
        found += [f"{url}{edition}/", f"{url}{article[1]}"]
    return found


def report(address: str) -> dict[str, Any]:
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [str(LIGHTHOUSE), address, "--output=json", "--quiet", flags, f"--only-categories={','.join(CATEGORIES)}"]
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    return json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)


def faults(said: dict[str, Any]) -> Iterator[str]:
    for name in CATEGORIES:
        for each in said["categories"][name]["auditRefs"]:
            audit = said["audits"][each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{name}: {audit['id']} {audit.get('displayValue', '')}".rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if not LIGHTHOUSE.exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(TOOLS)]
        subprocess.run([*install, f"lighthouse@{VERSION}"], check=True)
    worst = 100
    for address in addresses(options.url):
        reports = [report(address) for _ in range(options.runs)]
        medians = [
            round(statistics.median(each["categories"][name]["score"] * 100 for each in reports)) for name in CATEGORIES
        ]
        worst = min(worst, *medians)
        print(address, "  ".join(f"{name} {score}" for name, score in zip(CATEGORIES, medians, strict=True)))
        for fault in sorted({fault for each in reports for fault in faults(each)}):
            print("   ", fault)
    sys.exit(worst < 100)


if __name__ == "__main__":
    main()
