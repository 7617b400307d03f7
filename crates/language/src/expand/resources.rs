//! What a container may use of the machine.

use serde::Serialize;

use super::known::known;
use crate::diagnostic::Diagnostics;
use crate::value::{Data, Value, scalar};

/// Limits of a container.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Resources {
    /// Cores that are reserved.
    pub cpu_request: Option<f64>,
    /// Cores at most.
    pub cpu_limit: Option<f64>,
    /// Bytes that are reserved.
    pub memory_request: Option<u64>,
    /// Bytes at most.
    pub memory_limit: Option<u64>,
    /// Whether it gets the machine's GPUs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gpu: bool,
}

/// Reads `resources`.
pub(super) fn resources(value: &Value, diagnostics: &mut Diagnostics) -> Resources {
    let cpu = |key: &str| match value.get("cpu")?.get(key)?.data {
        #[allow(clippy::cast_precision_loss, reason = "a number of cores is small")]
        Data::Int(cores) => Some(cores as f64),
        Data::Float(cores) => Some(cores),
        _ => None,
    };
    let mut memory = |key: &str| {
        let size = value.get("memory")?.get(key)?;
        scalar::data_size(&known(size, "`memory`", diagnostics)?)
    };
    Resources {
        cpu_request: cpu("request"),
        cpu_limit: cpu("limit"),
        memory_request: memory("request"),
        memory_limit: memory("limit"),
        gpu: matches!(value.get("gpu").map(|gpu| &gpu.data), Some(Data::Bool(true))),
    }
}
