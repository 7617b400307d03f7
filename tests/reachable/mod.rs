//! The program under test, where every account can get at it: a checkout may lie in a directory that is closed to others.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Where it can be run by anybody: where it was built, else in `place`, which everybody may enter.
pub fn pt(place: &Path) -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_pt"));
    let is_open = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o001 != 0;
    if built.ancestors().skip(1).all(is_open) {
        return built.to_owned();
    }
    let open = place.join("pt");
    // A link costs nothing; another file system needs a copy.
    if !open.exists() && fs::hard_link(built, &open).is_err() {
        fs::copy(built, &open).unwrap();
    }
    open
}
