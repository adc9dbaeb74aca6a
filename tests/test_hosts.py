"""nginx and Caddy themselves, set up with what is written for them: each kind of file gets the headers of the table."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import needs
from test_hosting import SAMPLES, SITE, address_of

from statusgen.render.headers import ALWAYS, headers_of
from statusgen.render.hosting import HOSTS, render_hosting

UNPACKED = Path(__file__).parent.parent / ".venv" / "hosts" / "usr"
NGINX = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    types {{ text/html html; text/css css; text/xml rss atom xml; application/octet-stream json; text/plain svg ics; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {documented}
}}
"""
CADDY = """\
{{
    admin off
    auto_https off
}}
{documented}
"""
DOC = (Path(__file__).parent.parent / "docs" / "hosting.md").read_text(encoding="utf-8")
SERVERS = {
    "nginx": (NGINX, UNPACKED / "sbin" / "nginx", ["-c", "{config}"], ["-t", "-c", "{config}"]),
    "caddy": (
        CADDY,
        UNPACKED / "bin" / "caddy",
        ["run", "--config", "{config}", "--adapter", "caddyfile"],
        ["validate", "--config", "{config}", "--adapter", "caddyfile"],
    ),
}
MISSING = "<h1>Not found</h1>"


def documented(host: str, folder: Path, site: Path, port: int) -> str:
    """Give what the manual says of a server, for this machine."""
    (block,) = re.findall(rf"^```{host}[a-z]*\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
    here = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "status.acme.example {": f"http://127.0.0.1:{port} {{",
        "root /srv/status/site": f"root {folder / 'root'}",
        "root * /srv/status/site": f"root * {folder / 'root'}",
        "/srv/status/site/": f"{site}/",
    }
    for there, replacement in here.items():
        block = block.replace(there, replacement)
    return block


def write(folder: Path, base: str) -> Path:
    """Write a site with a file of each kind, that lies where `base` is asked for."""
    site = folder / "root" / base.strip("/")
    told = replace(SITE, url=f"https://status.acme.example{base}", hosting=tuple(HOSTS))
    files = {**dict.fromkeys(SAMPLES, "x"), "404.html": MISSING, ".statusgen": ""}
    files |= {artifact.path: artifact.content.decode() for artifact in render_hosting(told, SAMPLES)}
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return site


@contextmanager
def running(folder: Path, host: str, base: str):
    """Start a server with what was written for it, once its own check is content; give a function that asks it."""
    text, shipped, start, check = SERVERS[host]
    program = shipped if shipped.exists() else shutil.which(host)
    needs(found=program is not None, what=host)
    site = write(folder, base)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "config"
    config.write_text(text.format(folder=folder, documented=documented(host, folder, site, port)))
    (folder / "statusgen.d").mkdir()
    (folder / "statusgen.d" / "mine.conf").write_text("add_header Strict-Transport-Security max-age=1 always;")
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}

    def command(words):
        return [program, *(word.format(config=config) for word in words)]

    checked = subprocess.run(command(check), capture_output=True, text=True, check=False, env=environment)
    assert checked.returncode == 0, checked.stderr
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command(start), stdout=said, stderr=said, env=environment)
    try:
        wait_for(port, process, folder / "said")
        yield lambda address: ask(port, f"{base}{address.removeprefix('/')}")
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int, process: subprocess.Popen, said: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, said.read_text()
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(said.read_text())


def ask(port: int, address: str):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


def sent(headers) -> dict[str, str]:
    """Give headers by name; one that is sent twice has both values, which no expected one has."""
    return {name: " AND ".join(headers.get_all(name)) for name in headers}


@pytest.mark.parametrize("base", ["/", "/status/"])
@pytest.mark.parametrize("host", SERVERS)
def test_each_kind_of_file_has_its_headers(tmp_path, host, base):
    with running(tmp_path, host, base) as asked:
        for path in SAMPLES:
            status, headers, _ = asked(address_of(path))
            assert status == 200, path
            assert sent(headers).items() >= headers_of(path).items(), path
            assert host != "nginx" or headers["Strict-Transport-Security"] == "max-age=1"
        assert sent(asked("/")[1])["Content-Type"].startswith("text/html")
        assert sent(asked("/assets/a")[1])["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("base", ["/", "/status/"])
@pytest.mark.parametrize("host", SERVERS)
def test_what_is_not_there_or_not_for_visitors_is_answered_with_the_sites_own_page(tmp_path, host, base):
    with running(tmp_path, host, base) as asked:
        for address in ("/no/such/page", "/nothing.rss", *(f"/{name}" for name, _ in HOSTS.values()), "/.statusgen"):
            status, headers, body = asked(address)
            assert (status, body) == (404, MISSING), address
            policy = headers["Content-Security-Policy"]
            assert policy.startswith(ALWAYS["Content-Security-Policy"]), address
            assert sent(headers).items() >= {**ALWAYS, "Content-Security-Policy": policy}.items()
