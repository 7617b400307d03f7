//! The list of lint rules, by code.

mod after_blocks_forever;
mod broad_host_mount;
mod docker_socket_mount;
mod duplicate_env;
mod env_not_string;
mod ephemeral_volume;
mod hardcoded_secret;
mod init_script_ignored;
mod init_script_overwritten;
mod missing_data_volume;
mod missing_host_path;
mod mount_target_conflict;
mod mutable_image;
mod pg_no_password;
mod pg_password_and_file;
mod pg_trust_auth;
mod pg_wrong_data_path;
mod port_conflict;
mod port_on_all_interfaces;
mod secret_in_url;
mod sensitive_host_mount;
mod shared_data_volume;
mod tls_verification_disabled;
mod unset_reference;

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
    pg_no_password::LINT,
    pg_password_and_file::LINT,
    pg_trust_auth::LINT,
    hardcoded_secret::LINT,
    secret_in_url::LINT,
    mutable_image::LINT,
    port_on_all_interfaces::LINT,
    docker_socket_mount::LINT,
    sensitive_host_mount::LINT,
    tls_verification_disabled::LINT,
    broad_host_mount::LINT,
    missing_data_volume::LINT,
    ephemeral_volume::LINT,
    pg_wrong_data_path::LINT,
    shared_data_volume::LINT,
    env_not_string::LINT,
];
