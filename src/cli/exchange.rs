//! Files that values and secrets are imported from and exported to.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use clap::ValueEnum;
use zeroize::Zeroizing;

use super::failure::Failure;
use crate::store::{Format, Secret, import};

/// A form of such a file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExchangeFormat {
    /// `NAME=content` lines
    Dotenv,
    /// One object
    Json,
    /// A flat map
    Yaml,
}

impl From<ExchangeFormat> for Format {
    fn from(format: ExchangeFormat) -> Self {
        match format {
            ExchangeFormat::Dotenv => Format::Dotenv,
            ExchangeFormat::Json => Format::Json,
            ExchangeFormat::Yaml => Format::Yaml,
        }
    }
}

/// The form that was asked for, or that the file's name tells.
pub fn format(path: &Path, asked: Option<ExchangeFormat>) -> Format {
    asked.map_or_else(|| Format::of(path), Format::from)
}

/// The entries of a file, or of standard input.
pub fn read(path: &Path, asked: Option<ExchangeFormat>) -> Result<BTreeMap<String, Secret>, Failure> {
    /// More than any real file of settings.
    const LARGEST: u64 = 16 << 20;
    let unreadable = |error| Failure::usage(format!("{} cannot be read", path.display())).because(error);
    let reader: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(path).map_err(unreadable)?),
    };
    let mut text = Zeroizing::new(String::new());
    reader.take(LARGEST).read_to_string(&mut text).map_err(unreadable)?;
    Ok(import(format(path, asked), path, &text)?)
}
