#!/usr/bin/env bash
# Publish a folder on a web server of yours, over ssh: bash ci/publish.sh site
# SSH_PRIVATE_KEY is a secret; SSH_KNOWN_HOSTS is what `ssh-keyscan HOST` prints, compared with the host's own;
# RSYNC_TARGET is a folder as in deploy@host.example:/srv/status/site
#
# What a page needs is there before the page, and what is no longer part of the site goes last. Old assets stay:
# somebody may have a page open that needs them.
set -euo pipefail
folder=$1
: "${RSYNC_TARGET:?is not set}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${SSH_PRIVATE_KEY:-}" ]; then
  (umask 077 && printf '%s\n' "$SSH_PRIVATE_KEY" > "$work/key" && printf '%s\n' "${SSH_KNOWN_HOSTS:?is not set}" > "$work/hosts")
  export RSYNC_RSH="ssh -i $work/key -o IdentitiesOnly=yes -o UserKnownHostsFile=$work/hosts -o StrictHostKeyChecking=yes"
fi

rsync --recursive --checksum --exclude '/.statusgen' --include '/assets/***' --exclude '*' "$folder/" "$RSYNC_TARGET/"
rsync --recursive --checksum --delay-updates --delete-after --exclude '/.statusgen' --filter 'protect /assets/*' \
  "$folder/" "$RSYNC_TARGET/"
echo "published $folder"
