//! Tells cargo that the built-in blueprints are part of the program: `include_dir` alone does not.

#[allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=../../blueprints");
}
