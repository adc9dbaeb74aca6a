"""Files that tell hosts the headers of the site, where `hosting:` asks for them; all derive from one table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from statusgen.model.artifact import Artifact
from statusgen.model.history import Site
from statusgen.render.headers import (
    ALWAYS,
    KINDS,
    PAGE,
    Kind,
    declared_type,
    find_kind,
    headers_of_kind,
    pattern,
)

HEADERS = "_headers"
NGINX = "_hosting/nginx.conf"
CADDY = "_hosting/Caddyfile"
MOST_RULES = 100
"""As many rules of _headers Cloudflare reads."""


def render_hosting(site: Site, paths: Iterable[str]) -> Iterator[Artifact]:
    """Write the files of the hosts that status.yaml names; `paths` are those of all other files of the site.

    Their names begin with `_`, as no page's can: two hosts keep such files from visitors by themselves, and what is
    written for the other two says so.
    """
    listed = tuple(paths)
    wanted = {name: write for host, (name, write) in HOSTS.items() if host in site.hosting}
    for name, write in wanted.items():
        yield Artifact(name, write(site, listed).encode())


def write_headers(_: Site, paths: Iterable[str]) -> str:
    """Write _headers, as Netlify and Cloudflare Pages both read it.

    Where several rules set a header, Netlify sends the last value and Cloudflare joins all: only the policy is set
    twice, of which two hold both.
    """
    rules = [("/*", ALWAYS)]
    for kind in KINDS:
        headers = {**kind.headers, **declared_type(kind)}
        rules += [(f"/{glob.removesuffix('index.html')}", headers) for glob in kind.files]
    folders = _folders_of_other_pages(paths)
    # Should there be more of them than a host reads, the first rule still goes for the rest.
    rules += [(f"/{folder}/*", PAGE.headers) for folder in folders[: MOST_RULES - len(rules)]]
    return "\n".join(_write_rule(address, headers) for address, headers in rules)


def _folders_of_other_pages(paths: Iterable[str]) -> list[str]:
    """Give the first folders of the pages that the table does not name: those of content/pages."""
    listed = {glob.partition("/")[0] for kind in KINDS for glob in kind.files}
    pages = {path.partition("/")[0] for path in paths if "/" in path and find_kind(path) is PAGE}
    return sorted(pages - listed)


def _write_rule(address: str, headers: Mapping[str, str]) -> str:
    return "".join((f"{address}\n", *(f"  {name}: {value}\n" for name, value in headers.items())))


def write_nginx(site: Site, _: Iterable[str]) -> str:
    """Write what a server block of nginx takes in by `include`.

    A location with an `add_header` of its own gets none from around it, so each has all. Of several locations that
    match, the first is used.
    """
    base, others = _base(site), _others()
    lines = [
        "# The headers of this site, written by statusgen. In the server block of nginx:",
        "#     root …;",
        f"#     include …/{NGINX};",
        "# A location with an add_header of its own gets none from around it: all are repeated in each. What you send",
        "# besides, such as Strict-Transport-Security, goes into /etc/nginx/statusgen.d/*.conf.",
        f"location {base} {{",
        f"    error_page 404 {base}404.html;",
        *_nginx_headers(ALWAYS),
        f'    location ~ "^{pattern(base)}(?:_|\\.statusgen$)" {{',
        "        return 404;",
        "    }",
        *(f"    {line}" for kind in (*others, PAGE) for line in _nginx_location(kind, _asked(kind, base))),
        "}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _nginx_location(kind: Kind, asked: str) -> list[str]:
    headers = {name: value for name, value in headers_of_kind(kind).items() if name not in declared_type(kind)}
    declared = ["    types { }", f'    default_type "{kind.type}";'] if kind.type else []
    return [f'location ~ "{asked}" {{', *declared, *_nginx_headers(headers), "}"]


def _nginx_headers(headers: Mapping[str, str]) -> list[str]:
    sent = [f'    add_header {name} "{value}" always;' for name, value in headers.items()]
    return [*sent, "    include statusgen.d/*.conf;"]


def write_caddy(site: Site, _: Iterable[str]) -> str:
    """Write what a site block of Caddy takes in by `import`; within `route` the last value of a header is sent."""
    base, others = _base(site), _others()
    lines = [
        "# The headers of this site, written by statusgen. In the site block of Caddy:",
        "#     root * …",
        f"#     import …/{CADDY}",
        "#     file_server",
        f"route {base}* {{",
        *_caddy_headers("", ALWAYS),
        f"    error {base}_* 404",
        f"    error {base}.statusgen 404",
    ]
    for kind in (PAGE, *others):
        matcher = f"@statusgen_{kind.name}"
        lines.append(f"    {matcher} path_regexp {_asked(kind, base)}")
        lines += _caddy_headers(f"{matcher} ", {**kind.headers, **declared_type(kind)})
    lines += [
        "}",
        "handle_errors {",
        "    @statusgen_missing {",
        f"        path {base}*",
        "        expression {http.error.status_code} == 404",
        "    }",
        f"    rewrite @statusgen_missing {base}404.html",
        "    file_server",
        "}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _caddy_headers(matcher: str, headers: Mapping[str, str]) -> list[str]:
    return [f"    header {matcher}{{", *(f'        {name} "{value}"' for name, value in headers.items()), "    }"]


def _others() -> tuple[Kind, ...]:
    """Give the kinds that go before that of pages."""
    return tuple(kind for kind in KINDS if kind is not PAGE)


def _base(site: Site) -> str:
    """Give the path of the site's address; it begins and ends with a slash."""
    return urlsplit(site.url).path


def _asked(kind: Kind, base: str) -> str:
    """Give the regular expression of what is asked for; that of pages is also of those that are of another kind."""
    files = ".*/|.*\\.html|" if kind is PAGE else "|".join(map(pattern, kind.files))
    return f"^{pattern(base)}(?:{files})$"


HOSTS: Mapping[str, tuple[str, Callable[[Site, Iterable[str]], str]]] = {
    "netlify": (HEADERS, write_headers),
    "cloudflare": (HEADERS, write_headers),
    "nginx": (NGINX, write_nginx),
    "caddy": (CADDY, write_caddy),
}
"""Every host that `hosting:` may name: the file that is written for it, and what writes it."""
