//! The list of schemas, each with the file that holds it in `schemas/`.

use schemars::Schema;

use super::{document, settings};
use crate::policy::Input;

/// A schema that others may rely on.
#[derive(Debug)]
pub struct Published {
    /// Its name, as `pt schema NAME` takes it.
    pub name: &'static str,
    /// Its file in `schemas/`.
    pub file: &'static str,
    /// What it describes, in a line.
    pub info: &'static str,
    generate: fn() -> Schema,
}

/// Every schema there is; the first one is what `pt schema` prints.
pub static SCHEMAS: &[Published] = &[
    Published {
        name: "polytope",
        file: "polytope.schema.json",
        info: "polytope.yml, for editors",
        generate: document::generate,
    },
    Published {
        name: "config",
        file: "pt.schema.json",
        info: "pt.toml, the settings of a project",
        generate: settings::generate,
    },
    Published {
        name: "policy-input",
        file: "policy-input.schema.json",
        info: "what a policy is asked about, as `input`",
        generate: || schemars::schema_for!(Input),
    },
];

impl Published {
    /// The schema as text: indented JSON with a line break at its end, the same bytes every time.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.value())
    }

    /// The schema.
    pub fn value(&self) -> serde_json::Value {
        (self.generate)().to_value()
    }
}
