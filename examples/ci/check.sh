#!/bin/sh
# For any CI that runs a shell and has `pt` on its PATH: every polytope.yml below this folder.
set -eu
cd "$(dirname "$0")"
exec pt check --fail-on warning --allow unset-reference .
