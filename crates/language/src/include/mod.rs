//! The files of a project: the one that is asked for, and everything that it includes.
//!
//! In: a path and a [`Loader`](crate::source::Loader). Out: [`Documents`], whose names lie in one flat space, each file with
//! its [`Home`]. Nothing is fetched here: another repository is read where `pt.lock` says that it lies.
//! May use `source`, `diagnostic`, `syntax`, `value`, `model`.

mod documents;
mod doubles;
mod home;
mod lock;
mod path;
mod place;
mod read;
mod referred;
mod root;
mod rules;

pub use documents::{Documents, Named};
pub use home::{FOLDER, Home, project_directory};
pub use lock::{INCLUDE_FOLDER, LOCK_FILE, Lock, Pin};
pub use path::{join, normal};
pub use place::FILE_NAMES;
pub use read::read;
pub use root::root_of;
pub use rules::{INCLUDE_NOT_FOUND, REMOTE_INCLUDE};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&INCLUDE_NOT_FOUND, &REMOTE_INCLUDE];
