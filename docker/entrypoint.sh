#!/bin/sh
# One image, one role per container: web, worker (QUEUE=default or drafts), gpu-worker, beat.
# `migrate` prepares database and bucket once per release; anything else is a command of manage.py.
set -eu

refuse() {
  echo "reframe: $1" >&2
  exit 64
}

[ -n "${SECRET_KEY:-}" ] || refuse "SECRET_KEY is not set."
[ -n "${DATABASE_URL:-}" ] || refuse "DATABASE_URL is not set."
[ -n "${BROKER_URL:-}" ] || refuse "BROKER_URL is not set."

case "${1:-web}" in
  web)
    python manage.py check --deploy --fail-level ERROR
    exec python -m core.supervisor web
    ;;
  worker) exec python -m core.supervisor "worker-${QUEUE:-default}" ;;
  gpu-worker) exec python -m core.supervisor worker-gpu ;;
  beat) exec python -m core.supervisor beat ;;
  migrate)
    python manage.py migrate --noinput
    exec python manage.py make_bucket
    ;;
  *) exec python manage.py "$@" ;;
esac
