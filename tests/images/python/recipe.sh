# shellcheck shell=bash disable=SC2034,SC2154 # `build` reads what is set here and sets what is read
# python:3.12: a stand-in with Debian's Python 3 (3.11 in Debian 12, 3.13 in Debian 13) and its standard library.
tag=python:3.12

fill_tree() {
	local python
	python=$(versioned python3 python3.)
	add_base "$python" "$python-minimal"
	ln -s "$python" "$tree/usr/bin/python3"
	ln -s "$python" "$tree/usr/bin/python"
}

config='{"Env": ["PATH='$standard_path'", "LANG=C.UTF-8"], "Cmd": ["python3"]}'
