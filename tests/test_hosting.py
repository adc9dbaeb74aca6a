"""What hosts are told: the table of headers, and that nothing which is written for a host says anything else."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st

from statusgen.model.history import Site
from statusgen.render.headers import ALWAYS, KINDS, POLICY, find_kind, headers_of
from statusgen.render.hosting import HOSTS, MOST_RULES, render_hosting

NODE = Path(__file__).parent / "node"
SITE = Site(title="Acme Status", url="https://status.acme.example/")
# A file for every glob of the table, some deeper than others, and what the table does not name.
SAMPLES = [
    *(glob.replace("*", star) for kind in KINDS for glob in kind.files for star in ("a", "b/c") if "*" in glob),
    *(glob for kind in KINDS for glob in kind.files if "*" not in glob),
    *("embed/index.html", "about/index.html", "about/us/index.html", "left.bin"),
]
CACHED = "public, max-age=60, stale-if-error=86400, stale-while-revalidate=60"
INNER = st.text("ab.-_/", min_size=1, max_size=8)


def written(host: str, site: Site = SITE, paths=SAMPLES) -> str:
    (artifact,) = render_hosting(replace(site, hosting=(host,)), paths)
    return artifact.content.decode()


def address_of(path: str) -> str:
    return f"/{path.removesuffix('index.html')}"


def test_every_file_of_the_example_is_of_a_kind(site):
    files = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [path for path in files if find_kind(path) is None] == []


@given(st.sampled_from([glob for kind in KINDS for glob in kind.files]), INNER)
def test_no_file_is_of_two_kinds(glob, inner):
    path = glob.replace("*", inner)
    matching = [
        kind.name
        for kind in KINDS
        if any(re.fullmatch(".*".join(map(re.escape, other.split("*"))), path) for other in kind.files)
    ]
    assert len(matching) == 1


@pytest.mark.parametrize(
    ("path", "cache", "type_"),
    [
        ("index.html", "public, max-age=30, stale-if-error=86400", None),
        ("about/index.html", "public, max-age=30, stale-if-error=86400", None),
        ("assets/style.0123.css", "public, max-age=31536000, immutable", None),
        ("components/api.rss", CACHED, "application/rss+xml"),
        ("history.json", CACHED, "application/feed+json"),
        ("metrics", CACHED, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("left.bin", None, None),
    ],
)  # fmt: skip
def test_a_file_is_kept_and_named_as_its_kind_is(path, cache, type_):
    headers = headers_of(path)
    assert (headers.get("Cache-Control"), headers.get("Content-Type")) == (cache, type_)
    assert ("Access-Control-Allow-Origin" in headers) == (type_ is not None)
    assert headers.items() >= {name: value for name, value in ALWAYS.items() if value is not POLICY}.items()


def test_only_embedded_pages_may_be_framed():
    assert headers_of("embed/index.html")["Content-Security-Policy"].endswith("; frame-ancestors *")
    assert headers_of("index.html")["Content-Security-Policy"].endswith("; frame-ancestors 'none'")


def test_only_the_hosts_that_are_named_are_written_for():
    assert [*render_hosting(SITE, SAMPLES)] == []
    named = {host: [a.path for a in render_hosting(replace(SITE, hosting=(host,)), [])] for host in HOSTS}
    assert named == {
        "netlify": ["_headers"], "cloudflare": ["_headers"],
        "nginx": ["_hosting/nginx.conf"], "caddy": ["_hosting/Caddyfile"],
    }  # fmt: skip
    everything = [a.path for a in render_hosting(replace(SITE, hosting=tuple(HOSTS)), [])]
    assert everything == ["_headers", "_hosting/nginx.conf", "_hosting/Caddyfile"]


def parse_headers(text: str) -> list[tuple[str, dict[str, str]]]:
    """Read _headers as Cloudflare documents it: no rule without headers, no header twice, within its limits."""
    rules: list[tuple[str, dict[str, str]]] = []
    for line in text.splitlines():
        assert len(line) <= 2000
        if line.startswith("/"):
            assert line.count("*") <= 1
            rules.append((line, {}))
        elif line:
            name, value = re.fullmatch(r"  ([A-Za-z-]+): (.+)", line).groups()
            assert name not in rules[-1][1]
            rules[-1][1][name] = value
    assert all(headers for _, headers in rules)
    assert len(rules) <= 100
    return rules


def cloudflare(rules, address: str) -> dict[str, str]:
    """Give the headers of an address: `*` matches anything, and what several rules set is joined.

    Two policies both hold: the one for all files asks for nothing that a page's does not.
    """
    found: dict[str, str] = {}
    for rule, headers in rules:
        if re.fullmatch(".*".join(map(re.escape, rule.split("*"))), address):
            for name, value in headers.items():
                found[name] = f"{found[name]}, {value}" if name in found else value
    if found["Content-Security-Policy"] != POLICY:
        found["Content-Security-Policy"] = found["Content-Security-Policy"].removeprefix(f"{POLICY}, ")
    return found


@pytest.mark.parametrize("path", SAMPLES)
def test_cloudflare_sends_what_the_table_says(path):
    assert cloudflare(parse_headers(written("cloudflare")), address_of(path)) == headers_of(path)


def test_cloudflare_sends_what_the_table_says_of_the_example(site):
    paths = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    rules = parse_headers(written("cloudflare", paths=paths))
    for path in paths:
        assert cloudflare(rules, address_of(path)) == headers_of(path)
    assert cloudflare(rules, "/no/such/page") == ALWAYS


def test_netlify_sends_what_the_table_says(tmp_path):
    needs(found=(NODE / "node_modules" / "@netlify").is_dir(), what="reader of _headers from npm")
    file = tmp_path / "_headers"
    file.write_text(written("netlify"), encoding="utf-8")
    node = shutil.which("node") or "node"
    done = subprocess.run(
        [node, NODE / "netlify.mjs", file],
        input=json.dumps([address_of(path) for path in SAMPLES]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["errors"] == []
    assert answer["rules"] == len(parse_headers(written("netlify")))
    for path in SAMPLES:
        found = answer["found"][address_of(path)]
        # It takes /history/*/ for all that begins with it, so that a feed may have the policy of a page, which is one
        # rule stricter.
        policies = {found["Content-Security-Policy"], headers_of("index.html")["Content-Security-Policy"]}
        if headers_of(path)["Content-Security-Policy"] == POLICY and len(policies) == 1:
            found["Content-Security-Policy"] = POLICY
        assert found == headers_of(path), path


def test_pages_beyond_what_a_host_reads_are_left_to_the_first_rule():
    paths = [f"page-{number}/index.html" for number in range(300)]
    rules = parse_headers(written("cloudflare", paths=paths))
    assert len(rules) == MOST_RULES == 100
    assert cloudflare(rules, "/page-0/")["Cache-Control"].startswith("public, max-age=30,")
    assert cloudflare(rules, "/page-99/") == ALWAYS


def test_files_for_hosts_have_names_that_no_page_can_have():
    assert [name for name, _ in HOSTS.values() if re.match("[a-z0-9]", name)] == []
