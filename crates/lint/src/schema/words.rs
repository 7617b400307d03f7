//! What keys and choices mean, where no manifest says it: the insides of maps.

/// Owner, key, text. The owner is the key or the type of the map that holds it.
pub(super) const FIELDS: &[(&str, &str, &str)] = &[
    ("variable", "name", "Name of the variable."),
    ("variable", "value", "Its value: text, a number or a bool. Empty leaves the variable out."),
    ("service", "id", "DNS name under which other containers reach it."),
    ("service", "ports", "Ports that it listens on."),
    ("port", "port", "Port in the container."),
    ("port", "range", "Several ports at once, such as `9100-9105`, instead of `port`."),
    ("port", "protocol", "What is spoken there; `tcp` unless said otherwise."),
    (
        "port",
        "expose-as",
        "Port on this machine, such as `8080`, or address and port: `0.0.0.0:8080`. The container's own port unless said otherwise.",
    ),
    ("port", "internal", "`true`: other containers only, no port on this machine."),
    ("port", "label", "What the port is for, for people."),
    ("mount", "type", "What is mounted."),
    ("host", "path", "File or folder of this machine, inside of the project."),
    ("string", "data", "The content of the file."),
    ("string", "executable", "Whether the file can be run."),
    ("repo", "path", "File or folder of the repository; the folder of this file unless said otherwise."),
    ("repo", "repo", "The repository; this one unless said otherwise."),
    ("volume", "id", "Name of the volume; modules that use the same name share it."),
    ("volume", "scope", "How long the volume lives; `job` unless said otherwise."),
    ("volume", "create", "Whether the volume is made; `when-missing` unless said otherwise."),
    ("volume", "source", "What a new volume is filled from."),
    ("dataset", "dataset", "Name of the dataset."),
    ("dataset", "path", "File or folder in the dataset."),
    ("dataset", "version", "Version of the dataset."),
    ("mounts", "path", "Path in the container; starts with `/`."),
    ("mounts", "source", "What is mounted there."),
    ("mounts", "read-only", "Whether the container may only read it."),
    ("restart", "policy", "When the engine starts it again."),
    ("restart", "max-restarts", "How often at most, for `on-failure`."),
    ("resources", "cpu", "Processors."),
    ("resources", "memory", "Memory."),
    ("resources", "gpu", "Whether it needs a GPU."),
    ("cpu", "request", "Processors that it needs, such as `0.5`."),
    ("cpu", "limit", "Processors that it may use, such as `2`."),
    ("memory", "request", "Memory that it needs, such as `256MiB`."),
    ("memory", "limit", "Memory that it may use, such as `512MiB`."),
];

/// Key, choice, meaning.
pub(super) const CHOICES: &[(&str, &str, &str)] = &[
    ("mount", "host", "A file or folder of this machine, inside of the project."),
    ("mount", "string", "A file with the content that is written here."),
    ("mount", "volume", "A volume of the engine."),
    ("mount", "repo", "A file or folder of this repository."),
    ("mount", "dataset", "A dataset. Not used on this engine."),
    ("scope", "project", "Lives until `pt down --volumes`."),
    ("scope", "job", "Gone after the run."),
    ("create", "always", "Replaced where it differs; a volume is made anew."),
    ("create", "when-missing", "Kept as it is where it is there."),
    ("create", "never", "Has to be there already."),
    ("protocol", "tcp", "Anything over TCP."),
    ("protocol", "udp", "Anything over UDP."),
    ("protocol", "http", "HTTP over TCP."),
    ("protocol", "https", "HTTP over TLS."),
    ("policy", "always", "Whenever it ends, whatever its exit code."),
    ("policy", "on-failure", "When its exit code is not 0."),
    ("policy", "never", "Not at all."),
    ("after-condition", "success", "It ended with exit code 0, or is ready where it does not end. The default."),
    ("after-condition", "always", "It ended, whatever its exit code."),
    ("after-condition", "failed", "It ended with another exit code than 0."),
];

/// The text of a key in the map of `owner`.
pub(super) fn field(owner: &str, key: &str) -> Option<&'static str> {
    find(FIELDS, owner, key)
}

/// The meaning of a choice of `key`; empty where there is none.
pub(super) fn choice(key: &str, choice: &str) -> &'static str {
    find(CHOICES, key, choice).unwrap_or_default()
}

fn find(table: &[(&str, &str, &'static str)], owner: &str, name: &str) -> Option<&'static str> {
    table.iter().find(|(of, key, _)| *of == owner && *key == name).map(|(_, _, text)| *text)
}
