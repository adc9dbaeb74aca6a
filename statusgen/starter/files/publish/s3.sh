#!/usr/bin/env bash
# Publish a folder in a bucket of S3: bash ci/publish.sh site
# S3_BUCKET is the bucket, AWS_REGION its region, AWS_ROLE_ARN the role that this repository may take by OpenID Connect.
#
# A bucket knows no exchange of a whole site. So what a page needs is there before the page, the first page comes last,
# and only then goes what is no longer part of the site. Old assets stay: somebody may have a page open that needs them.
set -euo pipefail
folder=$1
: "${S3_BUCKET:?is not set}" "${AWS_REGION:?is not set}"
bucket="s3://$S3_BUCKET"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then                   # GitHub
  printf 'Authorization: bearer %s\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" > "$work/header"
  curl --fail --silent --show-error --header "@$work/header" --output "$work/answer" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com"
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["value"])' "$work/answer" > "$work/token"
elif [ -n "${AWS_ID_TOKEN:-}" ]; then                                 # GitLab
  printf '%s' "$AWS_ID_TOKEN" > "$work/token"
fi
if [ -e "$work/token" ]; then
  export AWS_WEB_IDENTITY_TOKEN_FILE="$work/token" AWS_ROLE_SESSION_NAME=statusgen
fi

put() { # KEPT TYPE PATTERN…: upload the files of these patterns
  local kept=$1 type=$2 options=(--exclude '*') pattern
  shift 2
  for pattern in "$@"; do options+=(--include "$pattern"); done
  if [ "$1" != 'assets/*' ]; then options+=(--exclude 'assets/*'); fi
  if [ "$type" != - ]; then options+=(--content-type "$type"); fi
  aws s3 cp "$folder" "$bucket" --recursive "${options[@]}" --cache-control "$kept" --no-progress
}

# Assets have their content in their name, and never change.
put 'public, max-age=31536000, immutable' - 'assets/*'
data='public, max-age=60, stale-if-error=86400, stale-while-revalidate=60'
put "$data" 'application/json; charset=utf-8' '*.json'
put "$data" 'image/svg+xml' '*.svg'
put "$data" 'text/plain; charset=utf-8' '*.txt'
put "$data" 'text/csv; charset=utf-8' '*.csv'
put "$data" 'text/calendar; charset=utf-8' '*.ics'
put "$data" 'application/xml' '*.xml'
put "$data" 'application/openmetrics-text; version=1.0.0; charset=utf-8' 'metrics'
put "$data" - '*.png' '*.ico' '*.webp' '*.jpg' '*.jpeg'
pages='public, max-age=30, stale-if-error=86400'
put "$pages" 'text/html; charset=utf-8' '*/index.html' '404.html'
put "$data" 'application/rss+xml; charset=utf-8' '*.rss'
put "$data" 'application/atom+xml; charset=utf-8' '*.atom'
put "$data" 'application/feed+json; charset=utf-8' 'history.json' 'incidents.json' 'resolved.json' 'maintenance.json' \
  'components/*.json' 'groups/*.json'
put "$pages" 'text/html; charset=utf-8' 'index.html'
# What is left is of the same size and older than what is there: this uploads nothing but what no line above names.
aws s3 sync "$folder" "$bucket" --delete --exclude 'assets/*' --exclude '.statusgen' --no-progress
echo "published $folder"
