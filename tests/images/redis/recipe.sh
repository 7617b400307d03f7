# shellcheck shell=bash disable=SC2034,SC2154 # `build` reads what is set here and sets what is read
# redis:7: Debian's redis-server (7.0 in Debian 12, 8.0 in Debian 13), set up as the official image is.
tag=redis:7

fill_tree() {
	add_base redis-server redis-tools
	add_account redis 999 /data
	own 999 data 755
	rm -r "$tree/etc/redis"
	install -m 755 "$recipe/entrypoint" "$tree/usr/local/bin/docker-entrypoint.sh"
}

config='{
	"Env": ["PATH='$standard_path'"], "WorkingDir": "/data", "Volumes": {"/data": {}}, "ExposedPorts": {"6379/tcp": {}},
	"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["redis-server"]
}'
