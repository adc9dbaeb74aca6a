#!/usr/bin/env bash
# Publish a folder on Netlify, all at once: bash ci/publish.sh site
# NETLIFY_AUTH_TOKEN is a secret; NETLIFY_SITE_ID is the "Project ID" among the project's details.
set -euo pipefail
folder=$1
: "${NETLIFY_AUTH_TOKEN:?is not set}" "${NETLIFY_SITE_ID:?is not set}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$folder" && python3 -m zipfile -c "$work/site.zip" .)
# The token goes in by a file, so that no list of processes shows it.
printf 'Authorization: Bearer %s\n' "$NETLIFY_AUTH_TOKEN" > "$work/header"
curl --fail --silent --show-error --max-time 300 --header "@$work/header" --header 'Content-Type: application/zip' \
  --data-binary "@$work/site.zip" --output "$work/answer" \
  "https://api.netlify.com/api/v1/sites/$NETLIFY_SITE_ID/deploys"
echo "published $folder"
