# Nothing of the host is mounted, and what a database keeps outlives its container.
package storage

# METADATA
# title: a container mounts a directory of the host
violation_host_mount contains finding if {
	some id, container in input.stack.containers
	some mount in container.mounts
	mount.kind == "host"
	finding := {
		"msg": sprintf("`%s` mounts `%s` of the host", [id, mount.source]),
		"span": mount.span,
		"help": "mount a volume, or give single files as `{type: repo}` or `{type: string}`",
	}
}

# METADATA
# title: the data of a database are on no volume that lasts
deny_database_volume contains finding if {
	some id, container in input.stack.containers
	keeps_data(container)
	not has_volume(container)
	finding := {
		"msg": sprintf("what `%s` stores is lost with it", [id]),
		"container": id,
		"help": "mount a volume of `scope: project`",
	}
}

keeps_data(container) if {
	container.role == "service"
	some family in {"postgres", "mysql", "mariadb", "mongo", "redis", "couchbase"}
	container.family == family
}

has_volume(container) if {
	some mount in container.mounts
	mount.kind == "volume"
	mount.scope == "project"
}

# What cannot be told from the file is no fault of it.
has_volume(container) if "mounts" in container.unknown

# Names of rules (without `deny_`) that are left alone: a throw-away database says so in its id.
exception contains rules if {
	some id, _ in input.stack.containers
	endswith(id, "-scratch")
	rules := ["database_volume"]
}
