//! Arguments whose characters have to be known before anything runs.

use crate::diagnostic::Diagnostics;
use crate::value::{Value, WRONG_TYPE};

/// The characters of a scalar. A secret there is a fault, for the engine shows these things to everyone; a hole and a value
/// that is not set give `None` without a word, for they were reported.
pub(super) fn known(value: &Value, what: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = value.to_text()?;
    if text.has_secret() {
        diagnostics
            .report(&WRONG_TYPE, value.span, format!("{what} cannot be a secret: the engine shows it to everyone"))
            .help("use `pt.value` for what is no secret");
    }
    text.known()
}
