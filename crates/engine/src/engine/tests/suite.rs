//! The contract suite on the engine in memory.

use crate::engine::memory::MemoryEngine;
use crate::engine::suite::{Stage, check};

fn words(command: &str) -> Vec<String> {
    command.split(' ').map(str::to_owned).collect()
}

#[tokio::test]
async fn the_engine_in_memory_keeps_the_contract() {
    let engine = MemoryEngine::with_images(&["busybox:1.36"]);
    let stage = Stage {
        project: "pt-suite".to_owned(),
        image: "busybox:1.36".to_owned(),
        serves: words("serve"),
        port: 80,
        idles: words("hang"),
        ends_well: words("exit 0"),
        ends_badly: words("exit 3 last words"),
        reads_file: words("has /suite/file content"),
        reads_secret: Some(words("has /run/secrets/KEY s3cret")),
    };
    let wrong: Vec<_> = check(&engine, &stage).await.into_iter().filter(|checked| checked.result.is_err()).collect();
    assert_eq!(wrong, []);
    assert_eq!(engine.world().states(), []);
}
