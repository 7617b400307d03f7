# Every service has a limit to its memory and knows what to do after a crash.
package limits

# METADATA
# title: a service may take all memory of the host
deny_memory contains finding if {
	some id, container in services
	container.resources.memory_limit == null
	finding := {
		"msg": sprintf("`%s` has no limit to its memory", [id]),
		"container": id,
		"help": "add `resources: {memory: {limit: 512MiB}}` to its `args`",
	}
}

# METADATA
# title: a service does not say what happens after a crash
deny_restart contains finding if {
	some id, container in services
	container.restart == null
	finding := {
		"msg": sprintf("`%s` does not say when it is started again", [id]),
		"container": id,
		"help": "add `restart: {policy: on-failure}` to its `args`",
	}
}

# METADATA
# title: a service is started again without end
warn_endless contains finding if {
	some id, container in services
	container.restart.policy == "on-failure"
	container.restart.max_restarts == null
	finding := {
		"msg": sprintf("`%s` is started again however often it fails", [id]),
		"container": id,
		"path": "restart",
	}
}

# Databases of the catalogue take no `resources`: they have limits of their own.
services[id] := container if {
	some id, container in input.stack.containers
	container.role == "service"
	container.family == ""
}
