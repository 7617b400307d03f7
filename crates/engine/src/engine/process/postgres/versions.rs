//! Which servers this machine has, and which of them is meant.
//!
//! In: what was asked for, what the data are of, where to look. Out: a folder of programs. A server's version is the
//! name of its folder where packages name it so; others are asked for it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{PostgresError, Surroundings};

/// Folders whose entries are named after a major version, and what comes before it: Debian, Red Hat, Homebrew.
const VERSIONED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
];

/// The oldest major version whose servers know SCRAM.
const OLDEST: u32 = 10;

/// An installed server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Installation {
    /// Its major version.
    pub(super) major: u32,
    /// The folder of its programs.
    pub(super) bin: PathBuf,
}

/// A version as it was asked for: `16`, `16.2`, `16.2-alpine`, `docker.io/library/postgres:16.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    major: u32,
    minor: Option<u32>,
}

impl Version {
    /// `None` for what names no version, such as `latest`.
    fn read(text: &str) -> Option<Self> {
        let tag = text.rsplit([':', '/']).next().unwrap_or(text);
        let mut numbers = tag.split(|letter: char| !letter.is_ascii_digit() && letter != '.').next()?.split('.');
        let major = numbers.next()?.parse().ok()?;
        Some(Self { major, minor: numbers.next().and_then(|minor| minor.parse().ok()) })
    }
}

/// Finds the server that is meant. `data` is the major version of data that are there already.
pub(super) fn choose(
    asked: Option<&str>,
    data: Option<(u32, &Path)>,
    surroundings: &Surroundings,
) -> Result<Installation, PostgresError> {
    let wanted = asked.and_then(Version::read);
    if let (Some(wanted), Some((data, directory))) = (wanted, data)
        && wanted.major != data
    {
        return Err(PostgresError::OtherMajor { directory: directory.to_owned(), data, wanted: wanted.major });
    }
    let by_data = data.map(|(major, _)| Version { major, minor: None });
    let wanted = wanted.or(by_data).or_else(|| surroundings.version.as_deref().and_then(Version::read));
    let named = named(surroundings)?;
    // What is named comes first, even before a higher version elsewhere.
    if let Some(found) = pick(named.clone(), wanted) {
        return Ok(found);
    }
    let usual = usual(surroundings.path.as_deref());
    if let Some(found) = pick(usual.clone(), wanted) {
        return Ok(found);
    }
    let told = told(surroundings.path.as_deref());
    if let Some(found) = pick(told.clone(), wanted) {
        return Ok(found);
    }
    let majors: BTreeSet<u32> = named.iter().chain(&usual).chain(&told).map(|found| found.major).collect();
    let wanted = wanted.map(|wanted| wanted.major.to_string()).unwrap_or_default();
    Err(PostgresError::NotInstalled { wanted, installed: majors.iter().map(u32::to_string).collect() })
}

/// The wanted major version, if possible in its exact minor version; without a wish the highest. The first of equals.
fn pick(mut found: Vec<Installation>, wanted: Option<Version>) -> Option<Installation> {
    let major = match wanted {
        Some(wanted) => wanted.major,
        None => found.iter().map(|found| found.major).max()?,
    };
    found.retain(|found| found.major == major);
    if found.len() > 1
        && let Some(Version { minor: Some(minor), .. }) = wanted
        && let Some(exact) = found.iter().find(|found| ask(&found.bin).is_some_and(|it| it.minor == Some(minor)))
    {
        return Some(exact.clone());
    }
    found.into_iter().next()
}

/// The places that were named; one that holds no server is an error, because somebody meant it.
fn named(surroundings: &Surroundings) -> Result<Vec<Installation>, PostgresError> {
    let servers = surroundings.places.iter().map(|place| {
        let bin = [place.join("bin"), place.clone()].into_iter().find(|bin| has_server(bin));
        let found = bin.and_then(|bin| Some(Installation { major: ask(&bin)?.major, bin }));
        found.ok_or_else(|| PostgresError::Place {
            path: place.clone(),
            problem: "there is no PostgreSQL server in it that starts".to_owned(),
            help: "name a folder that holds `bin/postgres` and `bin/initdb`".to_owned(),
        })
    });
    servers.collect()
}

/// Where packages put servers, then `PATH`.
fn usual(path: Option<&OsStr>) -> Vec<Installation> {
    let mut found: Vec<Installation> =
        VERSIONED.iter().flat_map(|(folder, prefix)| versioned(Path::new(folder), prefix)).collect();
    for folder in folders(path) {
        // Homebrew and others link from a common folder to the real one.
        let real = folder.join("postgres").canonicalize().ok().and_then(|file| Some(file.parent()?.to_owned()));
        let Some(bin) = real.filter(|bin| has_server(bin) && !found.iter().any(|found| found.bin == *bin)) else {
            continue;
        };
        if let Some(version) = ask(&bin) {
            found.push(Installation { major: version.major, bin });
        }
    }
    found.retain(|found| found.major >= OLDEST);
    found
}

/// Where `pg_config` says that its server is.
fn told(path: Option<&OsStr>) -> Vec<Installation> {
    let configs = folders(path).map(|folder| folder.join("pg_config")).filter(|config| config.is_file());
    let bins = configs.filter_map(|config| says(&config, "--bindir").map(PathBuf::from));
    let found = bins.filter(|bin| has_server(bin));
    found.filter_map(|bin| Some(Installation { major: ask(&bin)?.major, bin })).collect()
}

fn versioned(folder: &Path, prefix: &str) -> Vec<Installation> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<Installation> = entries
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some(Installation { major, bin: entry.path().join("bin") })
        })
        .filter(|found| has_server(&found.bin))
        .collect();
    found.sort_by_key(|found| found.major);
    found
}

/// Folders of a `PATH`; relative ones would mean another place tomorrow.
pub(super) fn folders(path: Option<&OsStr>) -> impl Iterator<Item = PathBuf> {
    let path = path.and_then(OsStr::to_str).unwrap_or_default().to_owned();
    let folders: Vec<PathBuf> = path.split(':').map(PathBuf::from).filter(|folder| folder.is_absolute()).collect();
    folders.into_iter()
}

fn has_server(bin: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| bin.join(program).is_file())
}

/// The version that a server says it has.
fn ask(bin: &Path) -> Option<Version> {
    let said = says(&bin.join("postgres"), "--version")?;
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `… 19beta1`
    said.split_whitespace()
        .find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))
        .and_then(Version::read)
}

fn says(program: &Path, question: &str) -> Option<String> {
    let asked = Command::new(program).arg(question).env_clear().stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(asked.stdout).ok().filter(|_| asked.status.success())?;
    Some(text.trim().to_owned())
}

/// The client that runs SQL scripts: beside the server, else that of another version, which speaks with any server.
pub(super) fn psql(server: &Installation, path: Option<&OsStr>) -> Option<PathBuf> {
    let mut bins = vec![server.bin.clone()];
    let mut others: Vec<Installation> =
        VERSIONED.iter().flat_map(|(folder, prefix)| versioned(Path::new(folder), prefix)).collect();
    others.sort_by_key(|found| std::cmp::Reverse(found.major));
    bins.extend(others.into_iter().map(|found| found.bin));
    bins.extend(folders(path));
    bins.into_iter().map(|bin| bin.join("psql")).find(|psql| psql.is_file())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A folder with programs that say they are a server of this version.
    fn server(root: &Path, name: &str, version: &str) -> PathBuf {
        let bin = root.join(name).join("bin");
        fs::create_dir_all(&bin).unwrap();
        for program in ["postgres", "initdb"] {
            let file = bin.join(program);
            fs::write(&file, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        root.join(name)
    }

    #[test]
    fn versions_are_read_from_tags_and_image_names() {
        let read = |text| Version::read(text).map(|version| (version.major, version.minor));
        assert_eq!(read("16"), Some((16, None)));
        assert_eq!(read("16.2-alpine"), Some((16, Some(2))));
        assert_eq!(read("public.ecr.aws/docker/library/postgres:15.4"), Some((15, Some(4))));
        assert_eq!(read("localhost:5000/postgres:17"), Some((17, None)));
        assert_eq!(read("19beta1"), Some((19, None)));
        for nothing in ["latest", "", "bookworm", "postgres"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn folders_named_after_versions_are_known_without_asking() {
        let root = tempfile::tempdir().unwrap();
        server(root.path(), "pgsql-15", "does not matter");
        server(root.path(), "pgsql-9", "old");
        fs::create_dir(root.path().join("pgsql-18")).unwrap();
        let found = versioned(root.path(), "pgsql-");
        assert_eq!(found.iter().map(|found| found.major).collect::<Vec<_>>(), [9, 15]);
    }

    #[test]
    fn a_named_place_comes_before_a_higher_version_elsewhere() {
        let root = tempfile::tempdir().unwrap();
        let places = vec![server(root.path(), "own", "10.3")];
        let found = choose(None, None, &Surroundings { places, ..Surroundings::default() }).unwrap();
        assert_eq!((found.major, found.bin), (10, root.path().join("own/bin")));
    }

    #[test]
    fn the_exact_minor_version_is_taken_where_there_are_several() {
        let root = tempfile::tempdir().unwrap();
        let places = ["16.1", "16.2", "16.3"].map(|version| server(root.path(), version, version)).to_vec();
        let surroundings = Surroundings { places, ..Surroundings::default() };
        let chosen = |asked| choose(Some(asked), None, &surroundings).unwrap().bin;
        assert_eq!(chosen("16.2"), root.path().join("16.2/bin"));
        assert_eq!(chosen("16.9"), root.path().join("16.1/bin"));
    }

    #[test]
    fn the_version_comes_from_the_wish_then_the_data_then_the_environment() {
        let root = tempfile::tempdir().unwrap();
        let places = ["70", "71", "72", "73"].map(|version| server(root.path(), version, version)).to_vec();
        let surroundings = Surroundings { places, version: Some("71".to_owned()), ..Surroundings::default() };
        let data = Path::new("/data");
        assert_eq!(choose(Some("70"), None, &surroundings).unwrap().major, 70);
        assert_eq!(choose(Some("latest"), Some((72, data)), &surroundings).unwrap().major, 72);
        assert_eq!(choose(None, None, &surroundings).unwrap().major, 71);
        let silent = Surroundings { version: None, ..surroundings.clone() };
        assert_eq!(choose(None, None, &silent).unwrap().major, 73);
        let error = choose(Some("70"), Some((72, data)), &surroundings).unwrap_err();
        assert_eq!(error.to_string(), "/data holds data of PostgreSQL 72, and PostgreSQL 70 is asked for");
    }

    #[test]
    fn servers_of_the_path_are_found_through_their_links() {
        let root = tempfile::tempdir().unwrap();
        let real = server(root.path(), "cellar", "71.4").join("bin");
        let linked = root.path().join("linked");
        fs::create_dir(&linked).unwrap();
        std::os::unix::fs::symlink(real.join("postgres"), linked.join("postgres")).unwrap();
        let surroundings = Surroundings { path: Some(linked.into_os_string()), ..Surroundings::default() };
        assert_eq!(choose(Some("71"), None, &surroundings).unwrap().bin, real);
    }

    #[test]
    fn pg_config_is_asked_where_nothing_else_is_found() {
        let root = tempfile::tempdir().unwrap();
        let bin = server(root.path(), "hidden", "71.4").join("bin");
        let config = root.path().join("pg_config");
        fs::write(&config, format!("#!/bin/sh\necho {}\n", bin.display())).unwrap();
        fs::set_permissions(&config, fs::Permissions::from_mode(0o755)).unwrap();
        let surroundings = Surroundings { path: Some(root.path().as_os_str().to_owned()), ..Surroundings::default() };
        assert_eq!(choose(Some("71"), None, &surroundings).unwrap().bin, bin);
    }

    #[test]
    fn what_is_not_installed_is_named_beside_what_is() {
        let root = tempfile::tempdir().unwrap();
        let places = vec![server(root.path(), "70", "70.1"), server(root.path(), "71", "71.1")];
        let error = choose(Some("99"), None, &Surroundings { places, ..Surroundings::default() }).unwrap_err();
        let PostgresError::NotInstalled { wanted, installed } = &error else { unreachable!("{error}") };
        assert_eq!(wanted, "99");
        assert!(installed.ends_with(&["70".to_owned(), "71".to_owned()]), "{installed:?}");
        assert!(error.help().unwrap().contains("postgresql-99"), "{:?}", error.help());
    }

    #[test]
    fn a_named_place_without_a_server_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let places = vec![root.path().to_owned()];
        let error = choose(None, None, &Surroundings { places, ..Surroundings::default() }).unwrap_err();
        assert!(error.to_string().ends_with("there is no PostgreSQL server in it that starts"), "{error}");
    }
}
