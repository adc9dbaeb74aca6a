"""Renew the golden site of the tests from the example; run it with `make golden`, and read the diff."""

import argparse
import shutil
import tempfile
from pathlib import Path

from statusgen.project import build_site
from statusgen.read.times import Clock, parse_time

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"


def main() -> None:
    """Build the example and put it in the place of the golden site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--now", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        # A copy of which git knows nothing: what it tells differs with the checkout.
        content, out = shutil.copytree(ROOT / "content", Path(scratch) / "content"), Path(scratch) / "site"
        build_site(content, out, parse_time(options.now, Clock()))
        shutil.rmtree(GOLDEN, ignore_errors=True)
        shutil.copytree(out, GOLDEN)
    print(f"renewed {GOLDEN.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
