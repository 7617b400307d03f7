//! From what is wanted to a launch: the server is chosen, everything that it needs is looked at, its data are made.

use std::ffi::{OsStr, OsString};

use super::account::choose;
use super::directory::{Directory, State};
use super::endpoint::Endpoint;
use super::initdb::NewCluster;
use super::program::Hear;
use super::versions::Installation;
use super::{Account, Launch, PostgresError, Probe, Wanted, running, scripts, versions};

/// Where programs are looked for when the environment does not say.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Initialises the data directory if and only if there are no data, and says how their server is started. `hear` gets
/// what `initdb` and init scripts say, line by line. To be called on a thread that stays: programs end with it.
pub async fn prepare(wanted: &Wanted, hear: Hear<'_>) -> Result<Launch, PostgresError> {
    if !wanted.data_directory.is_absolute() {
        return Err(PostgresError::Place {
            path: wanted.data_directory.clone(),
            problem: "the data directory is not an absolute path".to_owned(),
            help: "begin it with a slash".to_owned(),
        });
    }
    let directory = Directory::new(&wanted.data_directory);
    let state = directory.state()?;
    let account = choose(wanted.run_as.as_deref(), &wanted.data_directory)?;
    let data = match state {
        State::Cluster(major) => Some((major, wanted.data_directory.as_path())),
        _ => None,
    };
    let server = versions::choose(wanted.version.as_deref(), data, &wanted.surroundings)?;
    check_programs(&server, account.as_ref())?;
    directory.check(account.as_ref())?;
    // Whoever has the port may be this very server: that is the better word.
    running::is_none(&wanted.data_directory)?;
    let endpoint = Endpoint::check(wanted, account.as_ref())?;
    let initialised = match state {
        State::Cluster(_) => {
            if directory.stage().exists() {
                // Whoever moved the data to their place was killed before it was done.
                let _lock = directory.lock().await?;
                directory.clear_stage()?;
            }
            false
        }
        _ => initialise(wanted, &directory, &server, account.as_ref(), hear).await?,
    };
    running::make_way(&wanted.data_directory, endpoint.socket_directory.as_deref(), endpoint.port).await?;
    Ok(launch(wanted, &server, account, &endpoint, initialised))
}

/// Whether the account can run the server at all, which may lie in somebody's home.
fn check_programs(server: &Installation, account: Option<&Account>) -> Result<(), PostgresError> {
    let program = server.bin.join("postgres");
    let Some(account) = account else { return Ok(()) };
    match account.kept_out_of(&program) {
        Some(path) => Err(PostgresError::Place {
            help: format!("type: chmod o+x {}", path.display()),
            problem: format!("`{}` may not enter it, and the server's programs are in it", account.name),
            path,
        }),
        None => Ok(()),
    }
}

/// Makes the cluster, unless somebody else just did; whether it was made here.
async fn initialise(
    wanted: &Wanted,
    directory: &Directory,
    server: &Installation,
    account: Option<&Account>,
    hear: Hear<'_>,
) -> Result<bool, PostgresError> {
    let missing = directory.state()? == State::Missing;
    directory.create(account)?;
    let lock = directory.lock().await?;
    if let State::Cluster(_) = directory.state()? {
        return Ok(false);
    }
    running::end_all(&directory.staged_data()).await;
    if directory.is_complete() {
        directory.settle()?;
        return Ok(true);
    }
    let path = path(wanted);
    let settings = &wanted.settings;
    let cluster = NewCluster { directory, lock: &lock, server, settings, account, path: &path, hear };
    let made = async {
        directory.check(account)?;
        directory.open_stage(account)?;
        cluster.make().await?;
        scripts::run(&cluster, &wanted.scripts, arguments(wanted)).await?;
        directory.mark_complete()?;
        directory.settle()
    };
    let made = made.await;
    if made.is_err() && !directory.is_complete() {
        running::end_all(&directory.staged_data()).await;
        directory.clear_stage()?;
        if missing {
            directory.remove_empty();
        }
    }
    made.map(|()| true)
}

fn launch(
    wanted: &Wanted,
    server: &Installation,
    user: Option<Account>,
    endpoint: &Endpoint,
    initialised: bool,
) -> Launch {
    let mut all: Vec<OsString> = vec!["-D".into(), wanted.data_directory.clone().into()];
    all.extend(arguments(wanted).iter().map(OsString::from));
    // Ours come last and so win: whoever asks the server has to know where it is.
    let sockets = endpoint.socket_directory.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default();
    for setting in [
        format!("listen_addresses={}", wanted.host),
        format!("port={}", endpoint.port),
        format!("unix_socket_directories={}", quoted(&sockets)),
    ] {
        all.extend([OsString::from("-c"), OsString::from(setting)]);
    }
    let settings = &wanted.settings;
    Launch {
        program: server.bin.join("postgres"),
        arguments: all,
        environment: vec![("PATH".into(), path(wanted)), ("PGDATA".into(), wanted.data_directory.clone().into())],
        directory: wanted.data_directory.clone(),
        user,
        probe: Probe {
            host: Probe::host_of(&wanted.host),
            port: endpoint.port,
            user: settings.user().to_owned(),
            database: settings.database().to_owned(),
            password: settings.password().cloned(),
        },
        major: server.major,
        initialised,
    }
}

/// A name in a list of names, where a comma ends it.
fn quoted(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// The arguments of the server, without its name before them, which the image's users may write.
fn arguments(wanted: &Wanted) -> &[String] {
    match wanted.arguments.split_first() {
        Some((first, rest)) if first == "postgres" => rest,
        _ => &wanted.arguments,
    }
}

fn path(wanted: &Wanted) -> OsString {
    wanted.surroundings.path.clone().unwrap_or_else(|| OsStr::new(USUAL_PATH).to_owned())
}
