# Images come from registries that somebody looks after, and say which version they are.
package registry

ours := {"registry.example.com", "ghcr.io/example"}

# METADATA
# title: an image comes from a registry that is not ours
# description: |
#   Images of others change or vanish without asking us. Copy them into our registry, where they are scanned.
deny_foreign contains finding if {
	some id, container in input.stack.containers
	image := container.image
	not is_ours(image)
	not is_official(image)
	finding := {
		"msg": sprintf("`%s` is not from our registry", [image.name]),
		"container": id,
		"path": "image",
		"help": "copy it to `registry.example.com`, and name that one",
	}
}

# METADATA
# title: an image of our own is not pinned
warn_unpinned contains finding if {
	some id, container in input.stack.containers
	is_ours(container.image)
	container.image.digest == null
	finding := {"msg": sprintf("`%s` has no digest", [container.image.name]), "container": id, "path": "image"}
}

is_ours(image) if {
	some prefix in ours
	startswith(concat("/", [image.registry, image.repository]), concat("", [prefix, "/"]))
}

# What Docker itself looks after.
is_official(image) if {
	image.registry == "docker.io"
	startswith(image.repository, "library/")
}
