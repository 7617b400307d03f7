# shellcheck shell=bash disable=SC2034,SC2154 # `build` reads what is set here and sets what is read
# busybox:latest: Debian's static busybox alone.
tag=busybox:latest

fill_tree() {
	add_layout
	add_debian busybox-static
	add_busybox_commands
}

config='{"Env": ["PATH='$standard_path'"], "Cmd": ["sh"]}'
