"""Put a file on the merge request as a comment; a second run changes that comment. Needs only Python.

STATUSGEN_COMMENT_TOKEN is a project access token with the scope `api` and the role Reporter.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

MARK = "<!-- statusgen diff -->"
LONGEST = 900_000  # characters; GitLab takes a million


def call(method: str, address: str, body: str | None = None) -> Any:
    """Ask GitLab."""
    headers = {"PRIVATE-TOKEN": os.environ["STATUSGEN_COMMENT_TOKEN"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps({"body": body}).encode()
    with urlopen(Request(address, data, headers, method=method), timeout=30) as answer:
        return json.load(answer)


def list_notes(address: str) -> Iterator[dict[str, Any]]:
    """Give the comments, page by page."""
    page = 1
    while found := call("GET", f"{address}?per_page=100&page={page}"):
        yield from found
        page += 1


def main() -> None:
    """Write the comment, or the one that is there anew."""
    api, project = os.environ["CI_API_V4_URL"], os.environ["CI_PROJECT_ID"]
    notes = f"{api}/projects/{project}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    text = Path(sys.argv[1]).read_text("utf-8")
    body = (text if text.startswith(MARK) else f"{MARK}\n{text}")[:LONGEST]
    before = next((note["id"] for note in list_notes(notes) if note["body"].startswith(MARK)), None)
    if before is None:
        call("POST", notes, body)
    else:
        call("PUT", f"{notes}/{before}", body)


if __name__ == "__main__":
    main()
