//! The list of lint rules, by code.

mod missing_data_volume;
mod pg_trust_auth;
mod unset_reference;

use super::Lint;

/// Every lint rule.
pub static LINTS: &[Lint] = &[unset_reference::LINT, pg_trust_auth::LINT, missing_data_volume::LINT];
