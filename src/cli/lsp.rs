//! `pt lsp`: a language server for editors, on standard input and output.

use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::{Global, Levels};
use super::failure::{Class, Failure};
use super::project::Located;
use super::settings::{Asked, Configurations};
use crate::ide::Given;
use crate::lint::Settings;
use crate::lsp::{Ended, Stdio, Surroundings, serve};

/// Arguments of `pt lsp`.
#[derive(Debug, Args)]
#[command(after_help = "Editors start it by themselves: see editors/ for VS Code, Neovim, Helix, Zed and JetBrains.")]
pub struct Lsp {
    /// Speak on standard input and output, as it always does; editors pass this
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves until the editor ends it.
pub fn run(_: &Lsp, global: &Global) -> Result<u8, Failure> {
    let (connection, stdio) = Stdio::connect();
    let ended = serve(&connection, &Machine { global });
    drop(connection);
    stdio.finish();
    match ended {
        Ok(Ended::Asked) => Ok(0),
        Ok(Ended::Abandoned) => Ok(1),
        Err(error) => Err(Failure::new(Class::No, "the editor does not speak the protocol").because(error)),
    }
}

/// What this machine knows of projects.
struct Machine<'a> {
    global: &'a Global,
}

impl Machine<'_> {
    /// As `pt check` judges the project; read anew each time, for a pt.toml is edited as other files are.
    fn settings(&self, located: &Located) -> Result<Settings, Failure> {
        let configurations = Configurations::new(&Levels::default(), Asked::default(), self.global)?;
        let mut settings = configurations.of(located)?.settings.clone();
        // Policies may take seconds and much memory: they are asked by `check`, `plan` and `run`.
        settings.judges.clear();
        Ok(settings)
    }
}

impl Surroundings for Machine<'_> {
    fn of(&self, entry: &Path) -> (Given, Settings) {
        // A store or a pt.toml that cannot be read is for `pt check` to tell: here nothing is set then.
        let Ok(located) = Located::at(entry.to_owned(), self.global) else { return Default::default() };
        let settings = self.settings(&located).unwrap_or_default();
        (located.known().unwrap_or_default(), settings)
    }

    fn store_of(&self, entry: &Path) -> Option<PathBuf> {
        Located::at(entry.to_owned(), self.global).ok()?.store().ok()?.directory()
    }
}
