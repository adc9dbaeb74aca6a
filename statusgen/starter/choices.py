"""What a team may choose: where its repository is, and where its page is published."""

from collections.abc import Mapping
from dataclasses import dataclass

SERVICES = ("github", "gitlab")
"""Where CI can run."""


class ChoiceError(ValueError):
    """Two choices that do not go together; the text is what to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Somewhere a page can be published.

    `variables` and `secrets` are what CI gives to the script `publish/NAME.sh`; a host without a script is a service's
    own. `hosting` is what status.yaml has, so that the headers are written. `image` and `prepare` are what GitLab runs
    the script in; GitHub's machines have all of it. `identity` is the audience of the token of OpenID Connect that the
    host takes.
    """

    service: str | None = None
    variables: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    hosting: str | None = None
    image: str = "python:3.13"
    prepare: str | None = None
    identity: str | None = None


HOSTS: Mapping[str, Host] = {
    "github-pages": Host(service="github"),
    "gitlab-pages": Host(service="gitlab"),
    "netlify": Host(secrets=("NETLIFY_AUTH_TOKEN",), variables=("NETLIFY_SITE_ID",), hosting="netlify"),
    "cloudflare": Host(
        secrets=("CLOUDFLARE_API_TOKEN",), variables=("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_PROJECT"),
        hosting="cloudflare", image="node:22",
    ),
    "s3": Host(
        variables=("AWS_ROLE_ARN", "AWS_REGION", "S3_BUCKET"), identity="sts.amazonaws.com",
        prepare="python -m pip install --quiet awscli==1.46.3",
    ),
    "rsync": Host(
        secrets=("SSH_PRIVATE_KEY",), variables=("SSH_KNOWN_HOSTS", "RSYNC_TARGET"),
        prepare="apt-get update -qq && apt-get install -y -qq rsync",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen; `publish` is a name of HOSTS."""

    service: str | None
    publish: str | None
    sample: bool = False

    @classmethod
    def of(cls, service: str | None, publish: str | None, *, sample: bool) -> "Choice":
        """Fill in the service's own pages; ChoiceError where the two do not go together."""
        chosen = publish or next((name for name, host in HOSTS.items() if service and host.service == service), None)
        needed = HOSTS[chosen].service if chosen else None
        if needed not in (None, service):
            raise ChoiceError(
                f"{chosen} publishes what {needed} builds (add --ci {needed}, or choose another --publish)"
            )
        return cls(service, chosen, sample)
