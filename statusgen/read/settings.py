"""status.yaml: from its text to the Site (design.md §4)."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from statusgen.errors import suggest
from statusgen.model.calendar import find_zone
from statusgen.model.code import Code
from statusgen.model.history import Checks, Component, Group, Link, LogSource, Site, Sla, ThemeSettings
from statusgen.model.languages import LANGUAGES
from statusgen.model.problem import Problem
from statusgen.model.status import CHECK_WORDS
from statusgen.read.checks.files import is_address
from statusgen.read.document import Data, Marked, Path
from statusgen.read.fields import validate
from statusgen.read.schema import (
    ComponentChecksSchema,
    ComponentSchema,
    ConfirmSchema,
    LogoSchema,
    LogSchema,
    MonitoringSchema,
    SiteSchema,
)  # fmt: skip
from statusgen.read.slas import build_sla
from statusgen.read.times import Clock
from statusgen.read.updates import Names

_MOST_SUGGESTED = 100  # wrong names with the nearest that is known: who has more did not misspell them


def parse_site(marked: Marked, path: str) -> Site | list[Problem]:
    """Read status.yaml; all problems at once where there are any."""
    schema = validate(SiteSchema, marked, path, site_clock(marked.data))
    data = marked.data if isinstance(marked.data, dict) else {}
    problems = schema if isinstance(schema, list) else [*_check_sense(schema, marked, path)]
    problems += _check_references(data, marked, path)
    return problems or _build_site(schema) if isinstance(schema, SiteSchema) else problems


def site_clock(data: Data) -> Clock:
    """Give the clock by which times without a zone are read; UTC where the zone itself is wrong, which is told."""
    zone = data.get("timezone") if isinstance(data, dict) else None
    if not isinstance(zone, str):
        return Clock()
    try:
        find_zone(zone)
    except LookupError:
        return Clock(declared=True)
    return Clock(zone, declared=True)


def site_names(data: Data) -> Names:
    """Give what components are called, also where other things in status.yaml are wrong."""
    components = _mapping(data, "components")
    aliases: dict[str, str] = {}
    for component_id, component in components.items():
        listed = component.get("aliases") if isinstance(component, dict) else None
        aliases |= {alias: component_id for alias in listed or () if isinstance(alias, str)}
    return Names(components.keys(), aliases)


def site_languages(data: Data) -> tuple[str, ...]:
    """Give the languages of the pages, also where other things in status.yaml are wrong; nothing if these are."""
    if not isinstance(data, dict) or "languages" not in data:
        return ("en",)
    listed = data["languages"]
    return tuple(language for language in listed if language in LANGUAGES) if isinstance(listed, list) else ()


def _mapping(data: Data, key: str) -> dict[str, Data]:
    """Give a mapping in data that may not follow the schema; nothing where there is none."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _check_references(data: Data, marked: Marked, path: str) -> Iterator[Problem]:
    """Find names of SLAs and groups that are not defined; told beside the problems of the schema."""
    slas, groups = _mapping(data, "slas"), _mapping(data, "groups")
    named: list[tuple[Path, str, Mapping[str, Data]]] = [(("sla",), "SLA", slas)]
    named += [(("groups", group, "sla"), "SLA", slas) for group in groups]
    for component in _mapping(data, "components"):
        named.append((("components", component, "sla"), "SLA", slas))
        named.append((("components", component, "group"), "group", groups))
    wrong = 0
    for place, kind, known in named:
        name = data
        for step in place:
            name = name.get(step) if isinstance(name, dict) else None
        if isinstance(name, str) and name not in known:
            wrong += 1
            near = suggest(name, known) if wrong <= _MOST_SUGGESTED else ""
            cure = near or f" (add it to {kind.lower()}s, or leave the key out)"
            yield Problem(
                path, marked.line(place), f'{".".join(map(str, place))}: no {kind} "{name}"{cure}', Code.UNKNOWN_NAME
            )


def _check_sense(schema: SiteSchema, marked: Marked, path: str) -> list[Problem]:
    problems = list(_check_languages(schema, marked, path))
    for sla_id, sla in schema.slas.items():
        if sla.hours and sla.hours.start >= sla.hours.end:
            name = f"slas.{sla_id}.hours.to"
            line = marked.line(("slas", sla_id, "hours", "to"))
            problems.append(Problem(path, line, f'{name}: "to" is not after "from"', Code.CONTRADICTION))
    for index, log in enumerate(schema.checks):
        if is_address(log.files) and not schema.engine.spark:
            line = marked.line(("checks", index, "files"))
            cure = "set engine: {spark: {master: …}}, or name files of this machine"
            problems.append(
                Problem(
                    path, line, f'checks.{index}.files: "{log.files}" only Spark can read ({cure})', Code.CONTRADICTION
                )
            )
    problems += _check_hosting(schema, marked, path)
    names: dict[str, str] = {component_id: component_id for component_id in schema.components}
    for component_id, component in schema.components.items():
        place = ("components", component_id)
        if component.since is not None and component.retired is not None and component.retired < component.since:
            line = marked.line((*place, "retired"))
            problems.append(
                Problem(path, line, f'{".".join(place)}.retired: "retired" is earlier than "since"', Code.CONTRADICTION)
            )
        for index, alias in enumerate(component.aliases):
            owner = names.setdefault(alias, component_id)
            if owner != component_id:
                line = marked.line((*place, "aliases", index))
                text = f'{".".join(place)}.aliases: "{alias}" already means the component {owner}'
                problems.append(Problem(path, line, text, Code.CONTRADICTION))
    return problems


def _check_languages(schema: SiteSchema, marked: Marked, path: str) -> Iterator[Problem]:
    for index, language in enumerate(schema.languages):
        if language in schema.languages[:index]:
            line = marked.line(("languages", index))
            yield Problem(
                path, line, f'languages.{index}: "{language}" is named for the second time', Code.CONTRADICTION
            )


def _check_hosting(schema: SiteSchema, marked: Marked, path: str) -> Iterator[Problem]:
    """Find a path that would mean something else in the configuration of a web server."""
    under = urlsplit(schema.url).path
    for index, host in enumerate(schema.hosting):
        if host in ("nginx", "caddy") and not re.fullmatch(r"[\w.~/-]*", under, re.ASCII):
            cure = "only letters, digits and . _ ~ - can be written into its configuration"
            line = marked.line(("hosting", index))
            yield Problem(
                path,
                line,
                f'hosting.{index}: {host} cannot be told of the path "{under}" of url ({cure})',
                Code.CONTRADICTION,
            )


def _build_site(schema: SiteSchema) -> Site:
    zone = schema.timezone or "UTC"
    source = "worst" if schema.checks else "declared"
    theme = schema.theme
    logo = theme.logo or LogoSchema()
    return Site(
        title=schema.title,
        id=schema.id,
        url=schema.url,
        zone=zone,
        languages=tuple(schema.languages),
        sla=schema.sla,
        groups=tuple(
            Group(id=group_id, name=group.name or group_id, collapsed=group.collapsed, sla=group.sla)
            for group_id, group in schema.groups.items()
        ),
        components=tuple(
            _build_component(component_id, component, schema.monitoring)
            for component_id, component in schema.components.items()
        ),
        slas={sla_id: build_sla(sla_id, sla, zone, source) for sla_id, sla in schema.slas.items()},
        default_sla=Sla(zone=zone, source=source),
        logs=tuple(map(_build_log, schema.checks)),
        fresh_for=schema.fresh_for,
        expect_update_within=schema.expect_update_within,
        private_words=tuple(schema.private_words),
        hosting=tuple(schema.hosting),
        theme=ThemeSettings(
            name=theme.name,
            trusted=theme.trusted,
            accent=theme.accent,
            logo_light=logo.light,
            logo_dark=logo.dark,
            favicon=theme.favicon,
            css=theme.css,
            links=tuple(Link(name=link.name, url=link.url) for link in theme.links),
            footer=theme.footer,
        ),
        spark_master=schema.engine.spark.master if schema.engine.spark else None,
    )


def _build_component(component_id: str, schema: ComponentSchema, monitoring: MonitoringSchema) -> Component:
    return Component(
        id=component_id,
        name=schema.name or component_id,
        group=schema.group,
        description=schema.description,
        since=schema.since,
        retired=schema.retired,
        aliases=tuple(schema.aliases),
        sla=schema.sla,
        checks=_build_checks(component_id, schema.checks or ComponentChecksSchema(), monitoring),
        public=schema.public,
    )


def _build_checks(component_id: str, own: ComponentChecksSchema, common: MonitoringSchema) -> Checks:
    """Give each value of a component, else that of `monitoring:`, else the default (uptime.md §2, §6)."""
    interval = own.interval or common.interval or 60
    confirm, shared = own.confirm or ConfirmSchema(), common.confirm or ConfirmSchema()
    return Checks(
        monitors=tuple(own.monitors) if own.monitors else (component_id,),
        interval=interval,
        max_gap=own.max_gap or common.max_gap or 2 * interval,
        confirm_down=confirm.down or shared.down or 1,
        confirm_up=confirm.up or shared.up or 1,
        quorum=own.quorum or common.quorum or "majority",
        minority=own.minority or common.minority,
    )


def _build_log(schema: LogSchema) -> LogSource:
    return LogSource(
        files=schema.files,
        format=schema.format,
        fields=dict(schema.fields),
        statuses={word: CHECK_WORDS[meaning] for meaning, listed in schema.statuses.items() for word in listed},
    )
