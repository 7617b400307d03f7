//! Volumes.

use super::*;

#[test]
fn a_forgotten_scope_is_worse_where_data_are_kept() {
    let forgotten = postgres(PASSWORD, "").replace("scope: project, ", "");
    assert_eq!(found(&forgotten), ["error ephemeral-volume «data»"]);
    let cache = "mounts: [{path: /cache, source: {type: volume, id: cache}}]";
    assert_eq!(found(&container(cache)), ["warning ephemeral-volume «cache»"]);
    assert_eq!(found(&container(&cache.replace("id:", "scope: job, id:"))), NOTHING);
}

#[test]
fn a_cache_may_be_meant_to_forget() {
    let redis = "modules:\n  - {id: redis, module: polytope/redis, args: {image: \"redis:7.4\"}}\n";
    assert_eq!(found(redis), ["warning missing-data-volume «polytope/redis»"]);
}

#[test]
fn replicas_and_servers_on_one_directory_share_their_data() {
    let mounts = "{path: /var/lib/postgresql/data, source: {type: volume, scope: project, id: data}}";
    let scaled = container(&format!("scaling: 2, env: [{PASSWORD}], mounts: [{mounts}]"));
    let found_here = found(&scaled.replace("busybox:1.36", "postgres:16.2"));
    assert!(matches!(found_here.as_slice(), [one] if one.starts_with("error shared-data-volume")), "{found_here:?}");
    let volume = "{type: volume, scope: project, id: cache}";
    let caches = container(&format!("scaling: 2, mounts: [{{path: /cache, source: {volume}}}]"));
    assert_eq!(found(&caches), NOTHING, "a cache may be shared");
}
