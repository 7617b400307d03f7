//! What is worth a page and belongs to no command.

/// Each topic by its name.
pub const ALL: [(&str, &str); 5] = [
    ("exit-codes", EXIT_CODES),
    ("environment", ENVIRONMENT),
    ("secrets", SECRETS),
    ("output", OUTPUT),
    ("processes", PROCESSES),
];

const EXIT_CODES: &str = "\
Exit codes

    0  done, and nothing is wrong
    1  it ran, and the answer is no: findings at or above --fail-on, a service failed or did not get ready
    2  wrong usage, or a file that is not valid; `pt plan --exit-code`: there is something to do
    3  the engine cannot be reached, refuses, or is too old
    4  a value or secret is missing, or the store is locked
    5  another pt works on this project, and --no-wait was given
  101  a fault of pt; it says how to report it
  125  `pt exec`: the engine failed, not the program
  126  `pt exec`, a job: the program cannot be run
  127  `pt exec`, a job: there is no such program
  129  hung up
  130  interrupted with Ctrl-C
  143  asked to end with SIGTERM

`pt exec` and a `pt run` of a single job give the code of the program that they ran.
";

const ENVIRONMENT: &str = "\
Environment variables

What pt does; a flag wins over each of them:
  PT_PROJECT            name of the project, as --project
  PT_ENGINE             auto, docker or process, as --engine
  PT_PROGRESS           auto, tty, plain or none, as --progress
  PT_NON_INTERACTIVE    never ask, as --non-interactive; so does CI
  PT_TRUST              run programs in `code` steps without asking, as `pt run --trust`
  PT_SAFE_DIRECTORIES   folders of other users to run all the same, with colons between them; also a line each in
                        $XDG_CONFIG_HOME/pt/safe-directories

Which findings count, as the flags of `pt check` that are called so; lists are separated by commas:
  PT_PROFILE, PT_FAIL_ON, PT_DENY, PT_WARN, PT_ALLOW, PT_SELECT, PT_IGNORE, PT_EXTEND_SELECT,
  PT_BASELINE, PT_CONFIG, PT_LOCKED

Values and secrets; each wins over what is stored:
  PT_VALUE_<NAME>       a value; `-` in its name is written as `_`
  PT_SECRET_<NAME>      a secret
  PT_SECRETS_FILE       a file of secrets, in dotenv form
  PT_IDENTITY           the age identity that opens the stored secrets

The engine, as the docker command reads them:
  DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY

`pt postgres`:
  PT_POSTGRES_HOME      folders to look for servers in before all others, with colons between them
  POSTGRES_VERSION      major version of the server, where neither a flag nor the data say one
  POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS (each also as ..._FILE) and
  POSTGRES_HOST_AUTH_METHOD mean what they mean to the official image

The terminal:
  NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, CLICOLOR, TERM, COLUMNS

Where files are kept:
  XDG_DATA_HOME         values, and encrypted secrets
  XDG_CONFIG_HOME       the identity that opens them, and the user's pt/config.toml
  XDG_CONFIG_DIRS       folders with a pt/config.toml for all users, with colons between them; else /etc/xdg
  XDG_STATE_HOME        locks
  XDG_RUNTIME_DIR       secrets as files, in memory, while containers run
  PT_GITHUB_URL         where `pt include` finds `gh:` repositories instead of https://github.com
";

const SECRETS: &str = "\
Secrets

A module names a secret with `pt.secret NAME`; its content is never in the file. Set it once for this machine:
  pt secrets set NAME          asks, without showing what you type
  pt secrets generate NAME     makes one up
  pt secrets list              which are set, which are missing, where each is used

In a URL it needs encoding, since `@ / # ? : %` in it would end a part: `postgres://app:{pt.secret NAME | url}@db`.
`| base64` is the other encoding. Both are for values and parameters too.

They are kept for each project in $XDG_DATA_HOME/pt, encrypted with age. The key, $XDG_CONFIG_HOME/pt/identity,
protects backups and synced folders, not against programs that run as you. Keep a copy of it.

Looked up in this order: PT_SECRET_<NAME>, PT_SECRETS_FILE, the store, config/secrets.yml of the project.

Where the image takes a secret as a file, it arrives as one, in memory: `docker inspect` shows its path only.
Elsewhere it is an environment variable, and `pt plan` says so. Logs, errors and every other output show
a mask instead of a content; only `pt secrets get NAME --reveal` prints one.
`pt secrets --help` lists all commands.
";

const OUTPUT: &str = "\
Output

Results go to standard output, everything else to standard error: `pt ps -o json > file` holds JSON only.

  --output FORM     the form of the result, where a command has several; `json` is one document, `jsonl` one a line
  --quiet           only results and errors
  -v, -vv           more, and the causes of errors
  --color WHEN      auto, always or never; NO_COLOR switches it off
  --progress HOW    auto, tty, plain or none; apart from colour

Without a terminal there is no colour, no question and no line that is drawn twice. JSON documents have a version;
what they hold stays as it is within one.

What containers write keeps its colours and loses everything else that could move your cursor; `pt logs --raw`
passes it on as it is.
";

const PROCESSES: &str = "\
Processes instead of containers

With `--engine process`, and with `--engine auto` where no Docker engine answers, modules run as programs of
this machine. A blueprint says whether it can: postgres, redis, python, node, hello-world and polytope/process
do. What a module asks for and a process cannot have is an error before anything starts.

What is as in a container:
  - a supervisor starts it again by its restart policy, keeps its log, and ends with all of its children
  - `pt ps`, `logs`, `exec`, `stop`, `restart`, `wait` and `down`; volumes, scripts, secrets
  - names of services: in variables, arguments and files they are turned into ports of this machine. Where
    the kernel lets this account make mounts of its own (user namespaces, or root), programs also find the
    names themselves, in a hosts file that only they see
  - volumes, sockets and secrets of other projects are out of sight, where it may make mounts. Elsewhere all
    programs of one account see what it sees, and another project's database lets them in on its socket
  - `read-only: true`, where it may make mounts, and memory and cores, where it may make control groups
    (version 2); without them memory is limited by address space, and a limit of cores is an error

What differs:
  - there is no file system and no network of its own: a program sees what this account sees, and its ports are
    the machine's. Paths of mounts are turned into the real ones; all others are the machine's
  - images are not used: a program is the installed one. PostgreSQL takes the version that the image's tag
    names, else POSTGRES_VERSION, else the newest that is there (`pt help environment`)
  - a program that picks its port reads it in PORT, or PORT_<number> for the port that the file calls so
  - PostgreSQL asks for the password on loopback too; the account that the data belong to needs none on the
    server's socket. It never runs as root: root's servers run as `postgres`, or as the module's `user`

Containers are kept in $XDG_STATE_HOME/pt/process, volumes in $XDG_DATA_HOME/pt-process; root's in /var/lib/pt.
";
