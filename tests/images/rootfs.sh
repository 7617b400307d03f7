# shellcheck shell=bash
# From packages to an image without a registry. A recipe fills $tree; what it fills it with comes from here.
# Sourced by `build` after scripts/steps.sh. No file of the host gets into an image, no maintainer script runs, and
# no step needs root: who owns what is written into the layer, not onto the disk.
# shellcheck disable=SC2154 # $tree, $downloads and $scratch are the caller's

# shellcheck disable=SC2034 # recipes put it into their configuration
standard_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# with_libraries PACKAGE…: these packages and, through all levels, the libraries they need. Other dependencies
# (perl, debconf, adduser) serve maintainer scripts and are left out. Of `a | b` the first is taken.
with_libraries() {
	apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
		--no-enhances "$@" | awk -v roots="$*" '
		/^[^ ]/ { package = $1; next }
		/Depends: / { if (!alternative && $2 !~ /[<:]/) needs[package] = needs[package] " " $2; alternative = /\|/ }
		END {
			count = split(roots, queue, " ")
			for (i = 1; i <= count; i++) seen[queue[i]] = 1
			for (i = 1; i <= count; i++) {
				print queue[i]
				size = split(needs[queue[i]], next_ones, " ")
				for (j = 1; j <= size; j++)
					if (next_ones[j] ~ /^z?lib/ && !seen[next_ones[j]]++) queue[++count] = next_ones[j]
			}
		}'
}

# versioned PACKAGE PREFIX: the package that a Debian metapackage stands for in this release, python3 → python3.11.
versioned() { apt-cache depends "$1" | awk -v prefix="$2" '$1 == "Depends:" && index($2, prefix) == 1 && !found++ { print $2 }'; }

undocumented=(--exclude=./usr/share/{doc,man,info,locale,lintian,bug,gcc,bash-completion})

# add_debian PACKAGE…: unpacks them and their libraries into the tree. apt checks their signatures and hashes.
add_debian() {
	local packages package missing=()
	mapfile -t packages < <(with_libraries "$@")
	for package in "${packages[@]}"; do
		compgen -G "$downloads/${package}_*.deb" >/dev/null || missing+=("$package")
	done
	# As root apt would fetch as its own user, who may not write into our folder.
	[ ${#missing[@]} -eq 0 ] ||
		(cd "$downloads" && apt-get -qq -o APT::Sandbox::User=root -o Acquire::Retries=3 download "${missing[@]}")
	for package in "${packages[@]}"; do
		# A merged /usr: packages that still say ./lib must follow the tree's link, not replace it.
		dpkg-deb --fsys-tarfile "$downloads/${package}"_*.deb |
			tar -x -p --no-same-owner --keep-directory-symlink -C "$tree" "${undocumented[@]}"
	done
}

# add_npm PACKAGE@VERSION FOLDER: unpacks an npm package into a folder of the tree. npm checks its hash.
add_npm() {
	local archive folder=$tree/$2
	archive=$(cd "$downloads" && npm pack --silent --cache "$scratch/npm" --fetch-retries=2 --fetch-timeout=60000 "$1")
	mkdir -p "$folder"
	tar -x --no-same-owner -C "$folder" --strip-components=1 -f "$downloads/$archive"
	chmod -R u+w,go-w,a+rX "$folder"
}

# add_base PACKAGE…: what every image but busybox stands on: libc, bash, the other commands from busybox.
add_base() {
	add_layout
	add_debian libc6 libc-bin bash busybox-static "$@"
	add_busybox_commands
}

# The folders of a merged /usr, and the accounts every image has.
add_layout() {
	local folder
	mkdir -p "$tree"/{etc,root,tmp,run,var,home,proc,sys,dev} "$tree"/usr/{bin,sbin,lib,lib64,local/bin}
	for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$tree/$folder"; done
	ln -s ../run "$tree/var/run"
	chmod 1777 "$tree/tmp"
	printf 'hosts: files dns\npasswd: files\ngroup: files\n' >"$tree/etc/nsswitch.conf"
	add_account root 0 /root
	add_account nobody 65534 /nonexistent
}

# add_account NAME UID HOME: a user and a group of the same number.
add_account() {
	printf '%s:x:%d:%d::%s:/bin/sh\n' "$1" "$2" "$2" "$3" >>"$tree/etc/passwd"
	printf '%s:x:%d:\n' "$1" "$2" >>"$tree/etc/group"
}

# A link for each of busybox's commands that no package brought.
add_busybox_commands() {
	local command
	for command in $("$tree/bin/busybox" --list); do
		[ -e "$tree/bin/$command" ] || [ -e "$tree/sbin/$command" ] || ln -s busybox "$tree/bin/$command"
	done
}

# own UID PATH MODE: makes a folder that the image's own user has, with all that lies in it.
own() {
	mkdir -p "$tree/$2"
	chmod "$3" "$tree/$2"
	owned+=("$1 ./$2")
}

# The tree as one layer. The same packages give the same bytes: sorted, without times or the builder's name.
write_layer() {
	local entry others=()
	local archive=(tar --format=gnu --sort=name --mtime=@0 --numeric-owner -C "$tree" -f "$scratch/image/layer.tar")
	for entry in "${owned[@]}"; do others+=("--exclude=${entry#* }"); done
	"${archive[@]}" -c --owner=0 --group=0 --anchored "${others[@]}" .
	for entry in "${owned[@]}"; do
		"${archive[@]}" -r --owner="${entry%% *}" --group="${entry%% *}" "${entry#* }"
	done
}

# load_image TAG AUTHOR CONFIG_JSON: gives the tree to the engine. Not `docker import`: it cannot set a stop signal.
load_image() {
	local digest created=2024-01-01T00:00:00Z
	rm -rf "$scratch/image"
	mkdir "$scratch/image"
	write_layer
	digest=$(sha256sum "$scratch/image/layer.tar" | cut -d' ' -f1)
	cat >"$scratch/image/config.json" <<-END
		{"architecture": "$(dpkg --print-architecture)", "os": "linux", "created": "$created",
		 "author": "$2", "config": $3,
		 "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]},
		 "history": [{"created": "$created", "created_by": "tests/images/build"}]}
	END
	printf '[{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]\n' "$1" \
		>"$scratch/image/manifest.json"
	tar -C "$scratch/image" -c manifest.json config.json layer.tar | docker load -q
}
