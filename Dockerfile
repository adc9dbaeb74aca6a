# docker run --rm --read-only --tmpfs /tmp --user "$(id -u):$(id -g)" -v "$PWD:/page" statusgen build
# Content, site and cache lie in the folder that is mounted at /page; nothing else is written.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/statusgen
WORKDIR /src
# The libraries first, each by its hash: they change seldom.
COPY constraints.txt ./
RUN /opt/statusgen/bin/pip install --use-pep517 --require-hashes -r constraints.txt
COPY pyproject.toml README.md LICENSE ./
COPY themes themes
COPY statusgen statusgen
RUN /opt/statusgen/bin/pip install --no-deps --no-build-isolation . \
    && /opt/statusgen/bin/python -m compileall -q /opt/statusgen/lib

FROM python:3.13-slim-bookworm
# git knows what was edited after it was published. The folder that is mounted belongs to another user, which is meant.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*'
COPY --from=build /opt/statusgen /opt/statusgen
ENV PATH=/opt/statusgen/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1
WORKDIR /page
USER 10001:10001
ENTRYPOINT ["statusgen"]
CMD ["--help"]
