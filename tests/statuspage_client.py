"""A client of the Statuspage API that takes nothing but what is documented (formats.md §3.1), field by field."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[0-9a-v]{12}$")]
Timestamp = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
Date = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
Address = Annotated[str, Field(pattern=r"^https?://[!-~]+$")]
ComponentStatus = Literal["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Page(Strict):
    id: Id
    name: str
    url: Address
    time_zone: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9_+-]+(/[A-Z][A-Za-z0-9_+-]+)+$")]
    updated_at: Timestamp


class Status(Strict):
    indicator: Literal["none", "minor", "major", "critical", "maintenance"]
    # The last is ours: the format has no word for what nobody knows.
    description: Literal[
        "All Systems Operational", "Minor Service Outage", "Partial System Outage", "Major Service Outage",
        "Critical System Outage", "Service Under Maintenance", "Status Unknown",
    ]  # fmt: skip


class Row(Strict):
    id: Id
    name: str
    page_id: Id
    status: ComponentStatus
    created_at: Timestamp
    updated_at: Timestamp
    position: Annotated[int, Field(ge=1)]
    description: str | None
    start_date: Date | None
    group_id: Id | None
    showcase: bool
    only_show_if_degraded: bool


class Component(Row):
    group: Literal[False]


class Group(Row):
    group: Literal[True]
    components: Annotated[list[Id], Field(min_length=1)]


class Affected(Strict):
    code: Id
    name: str
    old_status: ComponentStatus
    new_status: ComponentStatus


class Update(Strict):
    id: Id
    incident_id: Id
    body: str
    created_at: Timestamp
    updated_at: Timestamp
    display_at: Timestamp
    affected_components: Annotated[list[Affected], Field(min_length=1)] | None
    deliver_notifications: bool
    custom_tweet: str | None
    tweet_id: str | None


class IncidentUpdate(Update):
    status: Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]


class MaintenanceUpdate(Update):
    status: Literal["scheduled", "in_progress", "verifying", "completed"]


class Event(Strict):
    id: Id
    name: str
    page_id: Id
    shortlink: Address
    created_at: Timestamp
    updated_at: Timestamp
    started_at: Timestamp
    monitoring_at: Timestamp | None
    resolved_at: Timestamp | None
    components: list[Component]
    reminder_intervals: str | None

    @model_validator(mode="after")
    def updates_stand_newest_first_and_are_its_own(self):
        times = [update.display_at for update in self.incident_updates]
        assert times == sorted(times, reverse=True)
        assert {update.incident_id for update in self.incident_updates} == {self.id}
        assert len({update.id for update in self.incident_updates}) == len(times)
        return self


class Incident(Event):
    status: Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]
    impact: Literal["none", "minor", "major", "critical"]
    incident_updates: Annotated[list[IncidentUpdate], Field(min_length=1)]


class Maintenance(Event):
    status: Literal["scheduled", "in_progress", "verifying", "completed"]
    impact: Literal["maintenance"]
    scheduled_for: Timestamp
    scheduled_until: Timestamp
    incident_updates: Annotated[list[MaintenanceUpdate], Field(min_length=1)]


class StatusDocument(Strict):
    page: Page
    status: Status


class ComponentsDocument(Strict):
    page: Page
    components: list[Component | Group]


class IncidentsDocument(Strict):
    page: Page
    incidents: list[Incident]


class MaintenancesDocument(Strict):
    page: Page
    scheduled_maintenances: list[Maintenance]


class IncidentDocument(Strict):
    page: Page
    incident: Incident


class Summary(Strict):
    page: Page
    status: Status
    components: list[Component | Group]
    incidents: list[Incident]
    scheduled_maintenances: list[Maintenance]


DOCUMENTS = {
    "summary": Summary,
    "status": StatusDocument,
    "components": ComponentsDocument,
    "incidents": IncidentsDocument,
    "incidents/unresolved": IncidentsDocument,
    "scheduled-maintenances": MaintenancesDocument,
    "scheduled-maintenances/upcoming": MaintenancesDocument,
    "scheduled-maintenances/active": MaintenancesDocument,
}


def read(path: str, content: bytes) -> Strict:
    """Read the document of a path below api/v2/."""
    name = path.removeprefix("api/v2/").removesuffix(".json")
    return DOCUMENTS.get(name, IncidentDocument).model_validate_json(content)
