//! Files and secrets that a container finds when it starts.

use super::{Check, Suite, ensure};
use crate::engine::{Engine, Outcome};
use crate::expand::Condition;
use crate::plan::{Action, SecretPlacement, Upload};
use crate::value::Text;

impl<E: Engine> Suite<'_, E> {
    pub(super) async fn files_are_there_when_a_container_starts(&self) -> Check {
        let mut request = self.request("read", &self.stage.reads_file);
        request.uploads = vec![file()];
        self.launch(request).await?;
        self.ends_well("read").await
    }

    pub(super) async fn a_container_starts_again_with_its_files(&self) -> Check {
        let mut request = self.request("read", &self.stage.reads_file);
        request.uploads = vec![file()];
        self.launch(request).await?;
        self.ends_well("read").await?;
        self.done(Action::Start { container: self.name("read") }).await?;
        self.ends_well("read").await
    }

    pub(super) async fn secrets_arrive_and_leave_no_trace(&self) -> Check {
        let Some(command) = &self.stage.reads_secret else { return Ok(()) };
        let files = vec![Upload { path: "/run/secrets/KEY".to_owned(), content: Text::secret("key"), mode: 0o400 }];
        let mut request = self.request("read", command);
        request.secret_files.clone_from(&files);
        self.launch(request).await?;
        self.ends_well("read").await?;
        let seen = format!("{:?}", self.observe().await?);
        ensure(!seen.contains("s3cret"), || "what is observed holds the secret".to_owned())?;
        let placement = SecretPlacement { container: self.seen("read").await?.engine_id, files, owner: None };
        self.done(Action::PlaceSecrets(Box::new(placement))).await?;
        self.done(Action::Start { container: self.name("read") }).await?;
        self.ends_well("read").await
    }

    pub(super) async fn a_missing_secret_is_named(&self) -> Check {
        let mut request = self.request("read", &self.stage.ends_well);
        request.environment = vec![("KEY".to_owned(), Text::secret("not-set"))];
        self.done(self.network()).await?;
        match self.apply(&Action::CreateContainer(Box::new(request))).await {
            Ok(outcome) => Err(format!("a container without its secret gave {outcome:?}")),
            Err(error) => ensure(error.to_string().contains("not-set"), || format!("it says: {error}")),
        }
    }

    async fn ends_well(&self, id: &str) -> Check {
        let action = Action::AwaitExit { container: self.name(id), condition: Condition::Success };
        let outcome = self.done(action).await?;
        ensure(outcome == Outcome::Exited(0), || format!("it gave {outcome:?}"))
    }
}

fn file() -> Upload {
    Upload { path: "/suite/file".to_owned(), content: Text::from("content"), mode: 0o644 }
}
