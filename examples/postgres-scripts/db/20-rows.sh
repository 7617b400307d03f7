#!/bin/sh
# Runs as the server's user, over its own socket; POSTGRES_USER and POSTGRES_DB are set by the image.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
insert into product (name, price) values ('apple', 0.40), ('bread', 3.20), ('cheese', 5.90);
SQL
