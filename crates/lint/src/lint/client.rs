//! Containers of a server's image that run something else: a client, a backup, a pause.

use crate::expand::Container;

/// Programs that come with the images of servers, or with any image, and serve nothing.
const CLIENTS: [&str; 33] = [
    "psql",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "pg_basebackup",
    "pg_isready",
    "pg_receivewal",
    "pgbench",
    "createdb",
    "dropdb",
    "createuser",
    "dropuser",
    "vacuumdb",
    "reindexdb",
    "clusterdb",
    "pg_config",
    "redis-cli",
    "redis-benchmark",
    "valkey-cli",
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mariadb",
    "mariadb-dump",
    "mariadb-admin",
    "mongosh",
    "mongo",
    "mongodump",
    "mongorestore",
    "sleep",
    "tail",
    "true",
    "cat",
];

/// Shells, whose script says what runs.
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];

/// Words before the program of a command.
const BEFORE: [&str; 12] = ["exec", "while", "until", "do", "then", "else", "if", "!", "{", "(", "time", "gosu"];

/// Whether the program of a container is one that serves nothing, so far as that can be seen.
pub(super) fn runs_a_client(container: &Container) -> bool {
    let words = container.entrypoint.iter().chain(&container.command).flatten();
    let words: Option<Vec<String>> = words.map(crate::value::Text::known).collect();
    let Some(words) = words else { return false };
    let entry = words.iter().position(|word| !is_entrypoint(word)).unwrap_or(words.len());
    match words.get(entry).map(|word| name(word)) {
        Some(shell) if SHELLS.contains(&shell) => {
            let script = words[entry + 1..].iter().find(|word| word.contains(char::is_whitespace));
            script.is_some_and(|script| is_of_clients(script))
        }
        Some(program) => CLIENTS.contains(&program),
        None => false,
    }
}

/// The script of an official image, which passes on to what stands behind it.
fn is_entrypoint(word: &str) -> bool {
    name(word) == "docker-entrypoint.sh"
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a script calls a client and nothing that may be the server.
fn is_of_clients(script: &str) -> bool {
    let mut client = false;
    for part in script.split([';', '&', '|', '\n', '(', ')', '`']) {
        let mut words = part.split_whitespace().skip_while(|word| BEFORE.contains(word) || word.contains('='));
        let Some(program) = words.next().map(name) else { continue };
        client |= CLIENTS.contains(&program);
        // Whatever else a script calls may start the server.
        let is_server = ["docker-entrypoint.sh", "pg_ctl", "pg_ctlcluster"].contains(&program)
            || ["postgres", "redis-server", "valkey-server", "mysqld", "mariadbd", "mongod"].contains(&program);
        if is_server {
            return false;
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::is_of_clients;

    #[test]
    fn a_script_of_clients_serves_nothing() {
        for script in [
            "while true; do pg_dump -h db app > /backup/x; sleep 3600; done",
            "until pg_isready -h db; do sleep 1; done; exec psql -h db",
            "PGPASSWORD=x psql -U postgres -h db -c 'select 1'",
        ] {
            assert!(is_of_clients(script), "{script}");
        }
        for script in
            ["exec docker-entrypoint.sh postgres", "sleep 1 && redis-server", "chown x /data; exec postgres -D /x"]
        {
            assert!(!is_of_clients(script), "{script}");
        }
    }
}
