//! What can go wrong with the store, and what to type then. No variant holds the content of a value or secret.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// A fault of the store. `Display` says what is wrong and with which file; [`StoreError::help`] says what to type.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {doing} `{}`", .path.display())]
    Io {
        /// What was being done: `read`, `write`, `lock` …
        doing: &'static str,
        /// To which file or directory.
        path: PathBuf,
        /// Why it was refused.
        #[source]
        source: io::Error,
    },
    /// Something has to be written and there is no home directory.
    #[error("nowhere to keep the {what}: neither `{variable}` nor `HOME` is set")]
    NoHome {
        /// What has to be kept.
        what: &'static str,
        /// The XDG variable that would also do.
        variable: &'static str,
    },
    /// Others can read or write a private file or directory.
    #[error("`{}` is open to other users (mode {mode:04o})", .path.display())]
    Mode {
        /// The file or directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        wanted: u32,
    },
    /// A private file or directory belongs to another user.
    #[error("`{}` belongs to user {owner}, and this is user {user}", .path.display())]
    Owner {
        /// The file or directory.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who runs this.
        user: u32,
    },
    /// A symbolic link, pipe or directory stands where a file of ours should be.
    #[error("`{}` is {found}, expected a regular file of its own", .path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// A file is larger than any store.
    #[error("`{}` has {size} bytes, the limit is {limit}", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The largest that is read.
        limit: u64,
    },
    /// A file of the store cannot be opened: changed, damaged, cut short or gone.
    #[error("`{}` cannot be opened: {problem}", .path.display())]
    Damaged {
        /// The file; it is left as it is.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// The previous generation, when it opens.
        previous: Option<PathBuf>,
    },
    /// The encrypted file was made for another identity.
    #[error("`{}` was encrypted for another identity{}; tried {tried}", .path.display(), wanted(.recipient.as_deref()))]
    WrongIdentity {
        /// The encrypted file.
        path: PathBuf,
        /// The public key it was encrypted for, where known.
        recipient: Option<String>,
        /// Where the identity came from that was tried, and its public key.
        tried: String,
    },
    /// There is an encrypted file and no identity to open it.
    #[error("no identity to open `{}`{}: {place}", .path.display(), wanted(.recipient.as_deref()))]
    NoIdentity {
        /// The encrypted file.
        path: PathBuf,
        /// The public key it was encrypted for, where known.
        recipient: Option<String>,
        /// Where an identity was looked for.
        place: String,
    },
    /// The identity is not one.
    #[error("{place} holds no age identity: {problem}")]
    BadIdentity {
        /// `PT_IDENTITY` or the file.
        place: String,
        /// What is wrong with it; never its content.
        problem: String,
    },
    /// The file was written by a later version of this program.
    #[error("`{}` was written by a newer pt (format {version})", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        version: u32,
    },
    /// The file belongs to another project.
    #[error("`{}` holds the secrets of another project, `{project}`", .path.display())]
    OtherProject {
        /// The file.
        path: PathBuf,
        /// Whose secrets it holds.
        project: String,
    },
    /// Another process holds the lock for too long.
    #[error("another process{} has held `{}` for more than {seconds} s", of(*.holder), .path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
        /// The process, where known.
        holder: Option<u32>,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A name that no value or secret can have.
    #[error("`{name}` is not a name: {problem}")]
    Name {
        /// The name, made fit to be shown.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A content that no value or secret can have.
    #[error("the content of `{name}` cannot be kept: {problem}")]
    Content {
        /// The name it was for.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Two names are set by one environment variable.
    #[error("`{variable}` would set both `{first}` and `{second}`")]
    Clash {
        /// The variable.
        variable: String,
        /// The name that sorts first.
        first: String,
        /// The other name.
        second: String,
    },
    /// An environment variable is not UTF-8.
    #[error("the environment variable `{variable}` is not UTF-8 text")]
    VariableNotText {
        /// The variable.
        variable: String,
    },
    /// A readable file is not what it should be.
    #[error("`{}:{line}:{column}`: {problem}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What was expected and what was found; never a content.
        problem: String,
    },
    /// A file that was named explicitly does not exist.
    #[error("no such file: `{}`", .path.display())]
    NoSuchFile {
        /// The file.
        path: PathBuf,
    },
    /// These secrets are set nowhere.
    #[error("{} not set: {}", plural(.secrets.len()), listed(.secrets))]
    Missing {
        /// All of them, sorted.
        secrets: Vec<String>,
    },
    /// A file that must not be replaced is there already.
    #[error("`{}` exists already", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Secrets would be written where git can commit them.
    #[error("`{}` could be committed: it is in the git work tree `{}` and not ignored", .path.display(), .work_tree.display())]
    InGit {
        /// The file that was to be written.
        path: PathBuf,
        /// The work tree it is in.
        work_tree: PathBuf,
    },
    /// The operating system gave no random numbers.
    #[error("the operating system gives no random numbers")]
    Random(#[source] getrandom::Error),
    /// The encryption failed.
    #[error("cannot encrypt `{}`", .path.display())]
    Encrypt {
        /// The file that was to be written.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<age::EncryptError>,
    },
}

impl StoreError {
    /// For `map_err`: the operating system refused `doing` to `path`.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }

    /// What to type, as a line for people; `None` where only the cause can say.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Io { path, source, .. } => io_help(path, source)?,
            Self::NoHome { variable, .. } => format!("`export HOME=/home/you`, or `export {variable}=DIRECTORY`"),
            Self::Mode { path, wanted, .. } => format!("`chmod {wanted:04o} {}`", quoted(path)),
            Self::Owner { path, user, .. } => {
                format!("run it as the owner, or `sudo chown {user} {}`", quoted(path))
            }
            Self::Kind { path, .. } => format!("put the file itself there: `ls -l {}` shows what is", quoted(path)),
            Self::TooLarge { path, .. } => format!("`ls -l {}`: this is not a file of pt", quoted(path)),
            Self::Damaged { path, previous, .. } => damaged_help(path, previous.as_deref()),
            Self::WrongIdentity { .. } | Self::NoIdentity { .. } => {
                "put the identity back from its backup, add its `AGE-SECRET-KEY-…` line to the identity file, or give it in \
                 `PT_IDENTITY`"
                    .to_owned()
            }
            Self::BadIdentity { .. } => "expected lines that begin with `AGE-SECRET-KEY-1`, as `age-keygen` prints".to_owned(),
            Self::Newer { .. } => "use the version of pt that wrote it, or a later one".to_owned(),
            Self::OtherProject { path, .. } => format!("move it away: `mv {0} {0}.other`", quoted(path)),
            Self::Busy { holder, .. } => match holder {
                Some(id) => format!("`ps -p {id}` shows the process; wait for it or end it"),
                None => "wait for it, or end it".to_owned(),
            },
            Self::Name { .. } => "names are 1 to 128 letters, digits, `-` and `_`, beginning with a letter or digit".to_owned(),
            Self::Content { .. } => "up to 64 KiB of text without NUL bytes; keep larger things in a file and mount it".to_owned(),
            Self::Clash { variable, .. } => format!("`unset {variable}`, or rename one of the two"),
            Self::VariableNotText { variable } => format!("`unset {variable}`, or set it to UTF-8 text"),
            Self::Malformed { .. } => "one `name: text` to a line".to_owned(),
            Self::NoSuchFile { path } => format!("`ls -l {}`", quoted(path)),
            Self::Missing { secrets } => {
                secrets.iter().map(|name| format!("`pt secrets set {name}`")).collect::<Vec<_>>().join(", ")
            }
            Self::Exists { path } => format!("name another file, or remove this one: `rm {}`", quoted(path)),
            Self::InGit { path, .. } => match path.file_name() {
                Some(name) => format!("write it outside, or `echo /{} >> .gitignore` beside it", name.display()),
                None => "write it outside of the work tree".to_owned(),
            },
            Self::Random(_) | Self::Encrypt { .. } => return None,
        })
    }
}

fn io_help(path: &Path, source: &io::Error) -> Option<String> {
    let kept = "what was there before is unchanged";
    Some(match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("free some space (`df -h {}`) and type it again; {kept}", quoted(path))
        }
        io::ErrorKind::ReadOnlyFilesystem => format!("it lies on a read-only file system; {kept}"),
        io::ErrorKind::PermissionDenied => format!("`ls -ld {}` shows who may; {kept}", quoted(path)),
        _ => return None,
    })
}

fn damaged_help(path: &Path, previous: Option<&Path>) -> String {
    let file = quoted(path);
    match previous {
        Some(previous) => format!(
            "the previous generation opens; to go back to it: `mv {file} {file}.damaged; cp -p {} {file}`",
            quoted(previous)
        ),
        None => format!(
            "there is no previous generation that opens; restore the file from a backup, or move it away and set again what \
             it held: `mv {file} {file}.damaged`"
        ),
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    shlex::try_quote(&text).unwrap_or(Cow::Borrowed(&text)).into_owned()
}

fn wanted(recipient: Option<&str>) -> String {
    recipient.map(|recipient| format!(" (`{recipient}`)")).unwrap_or_default()
}

fn of(holder: Option<u32>) -> String {
    holder.map(|id| format!(" (process {id})")).unwrap_or_default()
}

fn plural(count: usize) -> String {
    if count == 1 { "1 secret is".to_owned() } else { format!("{count} secrets are") }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_all_missing_secrets_and_the_commands_that_set_them() {
        let error = StoreError::Missing { secrets: vec!["a".to_owned(), "b".to_owned()] };
        assert_eq!(error.to_string(), "2 secrets are not set: `a`, `b`");
        assert_eq!(error.help().unwrap_or_default(), "`pt secrets set a`, `pt secrets set b`");
    }

    #[test]
    fn quotes_paths_for_the_shell() {
        let error = StoreError::Mode { path: PathBuf::from("/a b/c"), mode: 0o644, wanted: 0o600 };
        assert_eq!(error.to_string(), "`/a b/c` is open to other users (mode 0644)");
        assert_eq!(error.help().unwrap_or_default(), "`chmod 0600 '/a b/c'`");
    }

    #[test]
    fn a_full_disk_says_that_nothing_was_lost() {
        let error = StoreError::io("write", Path::new("/x"))(io::ErrorKind::StorageFull.into());
        assert!(error.help().unwrap_or_default().contains("unchanged"));
        assert!(std::error::Error::source(&error).is_some());
    }
}
