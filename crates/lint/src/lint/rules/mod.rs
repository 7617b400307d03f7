//! The list of lint rules, by code.

mod admin_port_exposed;
mod after_blocks_forever;
mod ambiguous_scalar;
mod broad_host_mount;
mod container_not_hardened;
mod crlf_script;
mod default_password;
mod deprecated_syntax;
mod docker_socket_mount;
mod duplicate_env;
mod duplicate_service;
mod env_not_string;
mod eol_image;
mod ephemeral_volume;
mod hardcoded_secret;
mod image_not_digest_pinned;
mod init_script_ignored;
mod init_script_never_runs;
mod init_script_overwritten;
mod legacy_expression;
mod localhost_in_container;
mod machine_specific_path;
mod missing_data_volume;
mod missing_healthcheck;
mod missing_host_path;
mod missing_restart;
mod mount_target_conflict;
mod mutable_image;
mod no_memory_limit;
mod one_shot_restarts;
mod pg_init_env_changed;
mod pg_local_trust;
mod pg_major_mismatch;
mod pg_no_password;
mod pg_password_and_file;
mod pg_plaintext_exposed;
mod pg_trust_auth;
mod pg_weak_auth_method;
mod pg_wrong_data_path;
mod placeholder_value;
mod port_conflict;
mod port_on_all_interfaces;
mod port_taken;
mod secret_in_command;
mod secret_in_url;
mod sensitive_host_mount;
mod shared_data_volume;
mod shell_in_command;
mod start_race;
mod tls_verification_disabled;
mod unencoded_in_url;
mod unexpanded_variable;
mod unknown_service_host;
mod unset_reference;
mod untrusted_registry;
mod unused_module;
mod unused_param;
mod weakened_isolation;

pub(super) use default_password::DEFAULT_PASSWORD;
pub(super) use hardcoded_secret::HARDCODED_SECRET;
pub(super) use mutable_image::MUTABLE_IMAGE;
pub(super) use pg_trust_auth::PG_TRUST_AUTH;
pub(super) use secret_in_url::SECRET_IN_URL;

use super::Lint;

/// Every lint rule.
pub static LINTS: &[Lint] = &[
    after_blocks_forever::LINT,
    unset_reference::LINT,
    missing_host_path::LINT,
    port_conflict::LINT,
    mount_target_conflict::LINT,
    duplicate_env::LINT,
    init_script_overwritten::LINT,
    init_script_ignored::LINT,
    init_script_never_runs::LINT,
    pg_no_password::LINT,
    pg_password_and_file::LINT,
    duplicate_service::LINT,
    port_taken::LINT,
    shell_in_command::LINT,
    unexpanded_variable::LINT,
    pg_trust_auth::LINT,
    hardcoded_secret::LINT,
    secret_in_url::LINT,
    unencoded_in_url::LINT,
    default_password::LINT,
    mutable_image::LINT,
    image_not_digest_pinned::LINT,
    untrusted_registry::LINT,
    port_on_all_interfaces::LINT,
    docker_socket_mount::LINT,
    sensitive_host_mount::LINT,
    weakened_isolation::LINT,
    container_not_hardened::LINT,
    tls_verification_disabled::LINT,
    pg_weak_auth_method::LINT,
    pg_local_trust::LINT,
    pg_plaintext_exposed::LINT,
    secret_in_command::LINT,
    eol_image::LINT,
    broad_host_mount::LINT,
    admin_port_exposed::LINT,
    missing_data_volume::LINT,
    ephemeral_volume::LINT,
    pg_wrong_data_path::LINT,
    shared_data_volume::LINT,
    missing_restart::LINT,
    one_shot_restarts::LINT,
    missing_healthcheck::LINT,
    start_race::LINT,
    unknown_service_host::LINT,
    localhost_in_container::LINT,
    no_memory_limit::LINT,
    pg_major_mismatch::LINT,
    pg_init_env_changed::LINT,
    machine_specific_path::LINT,
    env_not_string::LINT,
    ambiguous_scalar::LINT,
    deprecated_syntax::LINT,
    crlf_script::LINT,
    placeholder_value::LINT,
    unused_module::LINT,
    unused_param::LINT,
    legacy_expression::LINT,
];
