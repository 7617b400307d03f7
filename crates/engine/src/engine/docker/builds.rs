//! Images that are built here, by the engine's own builder.

use std::time::Duration;

use bollard::query_parameters::BuildImageOptions;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::engine::DockerEngine;
use super::errors::doing;
use crate::engine::{BuildRequest, EngineError, Failure, ProgressEvent};

/// How long a step of a build may go without a word.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// Lines of a failed build that are kept.
const KEPT: usize = 20;

impl DockerEngine {
    /// Builds an image from its context.
    pub(super) async fn build_image(
        &self,
        request: &BuildRequest,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<(), EngineError> {
        let (first, others) = request.tags.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let doing = doing(format!("build image `{first}`"));
        self.client.greet().await.map_err(|trouble| doing.because(trouble))?;
        // The engine takes the parameter `t` several times, which bollard cannot say: further tags are given afterwards.
        let options = BuildImageOptions {
            dockerfile: request.dockerfile.clone(),
            t: Some(first.to_owned()),
            target: request.target.clone().unwrap_or_default(),
            labels: Some(request.labels.clone().into_iter().collect()),
            rm: true,
            forcerm: true,
            ..Default::default()
        };
        let body = bollard::body_full(request.context.clone().into());
        let mut stream = std::pin::pin!(self.client.docker.build_image(options, None, Some(body)));
        let mut lines = Vec::new();
        loop {
            let Ok(item) = timeout(IDLE, stream.next()).await else {
                return Err(doing.failed(Failure::Timeout { what: "built", seconds: IDLE.as_secs() }));
            };
            let said = match item {
                None => break,
                Some(Ok(info)) => info,
                Some(Err(error)) => {
                    let failed = doing.because(self.client.trouble(&error, false));
                    return Err(EngineError { log: lines, ..failed });
                }
            };
            for line in said.stream.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()) {
                progress(ProgressEvent::Note(line.to_owned()));
                lines.push(line.to_owned());
                lines.drain(..lines.len().saturating_sub(KEPT));
            }
            if let Some(message) = said.error_detail.and_then(|detail| detail.message) {
                return Err(EngineError { log: lines, ..doing.failed(Failure::Image(message)) });
            }
        }
        for tag in others {
            self.tag(first, tag).await.map_err(|trouble| doing.because(trouble))?;
        }
        Ok(())
    }

    async fn tag(&self, image: &str, tag: &str) -> Result<(), super::errors::Trouble> {
        let name = tag.rsplit('/').next().unwrap_or(tag);
        let (repository, tag) = match name.split_once(':') {
            Some((_, version)) => (&tag[..tag.len() - version.len() - 1], version),
            None => (tag, "latest"),
        };
        let options =
            bollard::query_parameters::TagImageOptions { repo: Some(repository.to_owned()), tag: Some(tag.to_owned()) };
        self.client.within(super::client::CHANGE, self.client.docker.tag_image(image, Some(options))).await
    }
}
