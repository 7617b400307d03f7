# shellcheck shell=bash disable=SC2034,SC2154 # `build` reads what is set here and sets what is read
# node:20: the official binary as npm carries it, with npm itself, on Debian's libc.
tag=node:20
from_npm=true
node_version=20.20.2
npm_version=10.8.2

fill_tree() {
	local architecture
	case $(dpkg --print-architecture) in
		amd64) architecture=x64 ;;
		arm64) architecture=arm64 ;;
		*) fail "no node from npm for $(dpkg --print-architecture)" ;;
	esac
	add_base libgcc-s1 libstdc++6
	add_account node 1000 /home/node
	own 1000 home/node 755
	add_npm "node-linux-$architecture@$node_version" node-package
	install -m 755 "$tree/node-package/bin/node" "$tree/usr/local/bin/node"
	rm -r "$tree/node-package"
	add_npm "npm@$npm_version" usr/local/lib/node_modules/npm
	ln -s node "$tree/usr/local/bin/nodejs"
	ln -s ../lib/node_modules/npm/bin/npm-cli.js "$tree/usr/local/bin/npm"
	ln -s ../lib/node_modules/npm/bin/npx-cli.js "$tree/usr/local/bin/npx"
	chmod 755 "$tree"/usr/local/lib/node_modules/npm/bin/{npm,npx}-cli.js
	install -m 755 "$recipe/entrypoint" "$tree/usr/local/bin/docker-entrypoint.sh"
}

config='{
	"Env": ["PATH='$standard_path'", "NODE_VERSION='$node_version'"],
	"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["node"]
}'
