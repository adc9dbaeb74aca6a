"""Exit 0 where the live page is due to be built again, 1 where nothing has changed by itself. Needs only Python.

A build leaves the next moment at which the page changes by itself in next.txt; what cannot be read is due.
"""

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen


def site_address() -> str:
    """Give the address of the live page: STATUS_URL, else that of content/status.yaml."""
    found = re.search(r"^url:\s*[\"']?([^\s\"'#]+)", Path("content/status.yaml").read_text("utf-8"), re.MULTILINE)
    address = os.environ.get("STATUS_URL") or (found[1] if found else "")
    if not address.startswith(("https://", "http://")):
        sys.exit(f'content/status.yaml: url: "{address}" is not an address')
    return address.rstrip("/")


def main() -> int:
    """Compare the clock with what the live page says."""
    address = f"{site_address()}/next.txt"
    try:
        with urlopen(address, timeout=20) as answer:
            text = answer.read(64).decode("ascii", "replace").strip()
        due = datetime.fromisoformat(text) <= datetime.now(UTC)
    except (OSError, ValueError, TypeError) as error:
        print(f"{address}: {error}; it is due")
        return 0
    print(f"{address}: {text}; it is {'due' if due else 'not due'}")
    return 0 if due else 1


if __name__ == "__main__":
    sys.exit(main())
