# shellcheck shell=bash
# What every script here does alike: one readable line a step, root only where it is needed, Debian packages.
# Sourced, never run. Steps and headings go to stderr, so that stdout holds results only.

# A fresh shell may not have rustup's folder in its PATH yet.
command -v cargo >/dev/null || [ ! -x "$HOME/.cargo/bin/cargo" ] || PATH="$HOME/.cargo/bin:$PATH"

need_cargo() { command -v cargo >/dev/null || fail "\`cargo\` is missing" 'install Rust: https://rustup.rs'; }

# rustup brings a compiler, but not the linker that it calls.
need_linker() { command -v cc >/dev/null || step 'C compiler, for linking' install_packages gcc libc6-dev; }

# A folder for logs and downloads, gone when the script ends.
make_scratch() {
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
}

heading() { printf '\n%s\n' "$1" >&2; }

line() { printf '  %-34s %s\n' "$1" "$2" >&2; }

# fail MESSAGE [HELP]
fail() {
	printf 'error: %s\n' "$1" >&2
	[ -z "${2-}" ] || printf '  help: %s\n' "$2" >&2
	exit 1
}

# outcome TEXT: what the running step's line says at its end, instead of `done`.
outcome() { printf '%s' "$*" >"$scratch/outcome"; }

# step LABEL COMMAND…: runs the command and prints one line; its output is shown only when it fails.
step() {
	local label=$1 began=$SECONDS status
	shift
	printf '  %-34s ' "$label" >&2
	outcome 'done'
	# Not `if ( … )`: a condition would switch errexit off inside the command too.
	set +e
	(
		set -e
		"$@"
	) >"$scratch/step.log" 2>&1 </dev/null
	status=$?
	set -e
	if [ "$status" -ne 0 ]; then
		printf 'failed\n\n' >&2
		tail -n 60 "$scratch/step.log" >&2
		exit 1
	fi
	printf '%s%s\n' "$(cat "$scratch/outcome")" "$(took "$began")" >&2
}

# took SECONDS_AT_START: the time since then, where there is any to speak of.
took() { [ $((SECONDS - $1)) -eq 0 ] || printf ' (%d s)' $((SECONDS - $1)); }

# as_root COMMAND…
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null || fail "\`$1\` needs root, and there is no sudo"
		sudo "$@"
	fi
}

# need_root WHAT: asks for it once, outside the quiet steps, where a prompt would look like a hang.
need_root() {
	[ "$(id -u)" -eq 0 ] && return
	command -v sudo >/dev/null || fail "$1 needs root, and there is no sudo" 'run this script as root, or install sudo'
	sudo true || fail "$1 needs root, and sudo refused"
}

# join_engine_group "$@": runs the script again with the engine's group where the socket is closed to this user.
# Unlike adding the user to the group, this changes nothing on the machine.
join_engine_group() {
	local socket=/var/run/docker.sock
	if [ -n "${DOCKER_HOST-}${PT_JOINED_GROUP-}" ] || [ ! -S "$socket" ] || [ -w "$socket" ]; then return; fi
	command -v sudo >/dev/null || fail "this user may not talk to the engine at $socket" \
		"run as root: usermod -aG docker $(id -un); then log in again"
	PT_JOINED_GROUP=1 exec sudo -E -g "$(stat -c %G "$socket")" env PATH="$PATH" bash "$0" "$@"
}

# refresh_package_lists: once a script, and never fatal: a broken third-party list must not stop what needs only Debian's.
refresh_package_lists() {
	[ -z "${package_lists_fresh-}" ] || return 0
	command -v apt-get >/dev/null || fail "\`apt-get\` is missing" 'this needs a Debian machine'
	as_root apt-get -qq update || true
	package_lists_fresh=1
}

# install_packages PACKAGE…: Debian packages without what they merely recommend.
install_packages() {
	refresh_package_lists
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
		install --no-install-recommends "$@"
}

# known_packages PACKAGE…: those of them that this Debian release has.
known_packages() {
	local package
	for package in "$@"; do
		! apt-cache show "$package" >/dev/null 2>&1 || printf '%s\n' "$package"
	done
}

# The highest version of PostgreSQL's server that Debian's packages brought, such as `15`.
postgres_version() {
	local program
	for program in /usr/lib/postgresql/*/bin/postgres; do
		[ ! -x "$program" ] || basename "${program%/bin/postgres}"
	done | sort -n | tail -n 1
}

# install_postgres PACKAGE…: Debian's server and more packages. It makes a cluster of its own and starts it, unless told.
install_postgres() {
	as_root sh -c 'mkdir -p /etc/postgresql-common/createcluster.d &&
		echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/pt.conf'
	install_packages postgresql postgresql-client "$@"
}

# need_npm: npm on node ≥ 18, from Debian where the machine has no node of that age.
need_npm() {
	if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)'; then return; fi
	install_packages nodejs npm ca-certificates
	hash -r
	node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' ||
		fail "node $(node --version) is too old" 'install node 18 or newer'
}
