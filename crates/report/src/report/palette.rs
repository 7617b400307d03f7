//! The few colours that `pt` uses; every style is empty where colour is off.

use anstyle::{AnsiColor, Style};

use crate::diagnostic::Level;

/// Styles by meaning. Print `{style}text{style:#}`.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    color: bool,
}

impl Palette {
    /// A palette with or without colour.
    pub fn new(color: bool) -> Self {
        Self { color }
    }

    /// How bad it is: red, yellow, cyan.
    pub fn level(self, level: Level) -> Style {
        self.only(match level {
            Level::Error => AnsiColor::Red.on_default().bold(),
            Level::Warning => AnsiColor::Yellow.on_default().bold(),
            Level::Info => AnsiColor::Cyan.on_default().bold(),
        })
    }

    /// What should be read first.
    pub fn strong(self) -> Style {
        self.only(Style::new().bold())
    }

    /// What helps, and places that belong to a finding without being its cause.
    pub fn help(self) -> Style {
        self.only(AnsiColor::Cyan.on_default())
    }

    /// All is well.
    pub fn good(self) -> Style {
        self.only(AnsiColor::Green.on_default().bold())
    }

    fn only(self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }
}
