//! The schemas in `schemas/` are what the generator gives. `PT_BLESS=1 cargo test --test schema` writes them anew.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::Path;

use polytope::schema::SCHEMAS;

#[test]
fn the_published_files_are_what_the_generator_gives() {
    for published in SCHEMAS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(published.file);
        let generated = published.text();
        if std::env::var_os("PT_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &generated).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == generated, "schemas/{} is stale: PT_BLESS=1 cargo test --test schema", published.file);
    }
}
