//! Values and secrets of a project: where they are kept, how they are looked up, and how they stay out of everything printed.
//!
//! In: the captured [`Environment`], the project's directory and name, names and contents. Out: a [`Snapshot`] of names and values
//! for the compiler, [`Secret`]s for the engine's door, and a [`Redactor`] for every writer. Nothing here asks, prints or reads the
//! real environment. Uses `source` (limits on project files) and `std::fs`.
//!
//! On disk, all 0700 and 0600: `projects.json` in `$XDG_DATA_HOME/pt` (which folder has which project), and there `$XDG_DATA_HOME/pt/<project>/` with `secrets.age` (an age file), `secrets.names.json` (its names),
//! `values.yml`, `digest.key`, `trusted` (hashes of programs that may run), the previous generations (`.bak`), `project` (whose it is) and `lock`; `$XDG_CONFIG_HOME/pt/identity`
//! opens the secrets. What this protects against is the file that travels without its key: a backup, a synced folder, a commit. It does not
//! protect against someone who runs programs as the same user.

mod adopted;
mod atomic;
mod builds;
mod config;
mod digest;
mod dotenv;
mod environment;
mod error;
mod exchange;
mod flat_map;
mod generate;
mod git;
mod hardening;
mod host_ports;
mod identity;
mod index;
mod json;
mod layers;
mod lock;
mod made;
mod moved;
mod name;
mod paths;
mod private_file;
mod project;
mod redactor;
mod register;
mod safe_directories;
mod secret;
mod secrets;
mod snapshot;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod testing;
mod trust;
mod values;
mod vault;

pub use atomic::{NewContent, atomic_create, atomic_write, atomic_write_all};
pub use config::LoadedConfig;
pub use digest::{DigestKey, keyed_digest};
pub use environment::{Environment, IDENTITY_VARIABLE, SECRET_PREFIX, SECRETS_FILE_VARIABLE, VALUE_PREFIX};
pub use error::StoreError;
pub use exchange::{Format, export, import, write_export};
pub use generate::{GENERATED_LENGTH, generate};
pub use hardening::harden_process;
pub use host_ports::{HostPorts, KeptPort, ProjectPorts};
pub use index::SecretInfo;
pub use layers::Layers;
pub use lock::{FileLock, LOCK_WAIT};
pub use name::{CONTENT_LIMIT, NAME_LIMIT, check_content, check_name, check_secret, variable_name};
pub use paths::{Paths, ProjectKey};
pub use project::ProjectStore;
pub use redactor::{MASKED_LENGTH, RedactStream, RedactWriter, Redactor, RedactorError};
pub use register::{Checkout, Register, is_gone};
pub use safe_directories::{SAFE_DIRECTORIES, is_safe_directory};
pub use secret::Secret;
pub use secrets::{SecretStore, Written};
pub use snapshot::{Origin, Snapshot, Sourced};
pub use trust::programs_hash;
pub use values::ValueStore;
pub use vault::{Change, EntryOrigin};
