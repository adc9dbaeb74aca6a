#!/usr/bin/env bash
# Publish a folder on Cloudflare Pages, all at once: bash ci/publish.sh site
# CLOUDFLARE_API_TOKEN is a secret ("Cloudflare Pages: Edit"); CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_PROJECT are not.
set -euo pipefail
folder=$1
: "${CLOUDFLARE_API_TOKEN:?is not set}" "${CLOUDFLARE_ACCOUNT_ID:?is not set}" "${CLOUDFLARE_PROJECT:?is not set}"

npx --yes wrangler@4.164.0 pages deploy "$folder" --project-name "$CLOUDFLARE_PROJECT" --branch main
