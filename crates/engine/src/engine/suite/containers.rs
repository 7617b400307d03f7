//! Containers from making to removing.

use std::time::{Duration, Instant};

use super::{Check, Suite, ensure};
use crate::engine::{Engine, ExecRequest, Failure, LogRequest, Outcome};
use crate::expand::{Condition, Readiness};
use crate::plan::{Action, State, labels};

impl<E: Engine> Suite<'_, E> {
    pub(super) async fn a_container_is_seen_as_it_was_made(&self) -> Check {
        let mut request = self.request("made", &self.stage.idles);
        request.labels.insert(labels::REPLICA.to_owned(), "2".to_owned());
        let wanted = request.labels.clone();
        self.make(request).await?;
        let seen = self.seen("made").await?;
        ensure(seen.name == self.name("made"), || format!("its name is `{}`", seen.name))?;
        ensure(seen.replica == 2, || format!("it is replica {}", seen.replica))?;
        ensure(seen.state == State::Created, || format!("it is {:?}", seen.state))?;
        let kept = wanted.iter().all(|(key, value)| seen.labels.get(key) == Some(value));
        ensure(kept, || format!("its labels are {:?}", seen.labels))?;
        let observed = self.observe().await?;
        let image = observed.images.get(&self.stage.image);
        ensure(image == Some(&seen.image_id), || format!("image {image:?}, container {}", seen.image_id))
    }

    pub(super) async fn a_container_starts_once(&self) -> Check {
        self.launch(self.request("run", &self.stage.idles)).await?;
        self.expect_state("run", |state| state == State::Running, "running").await?;
        let again = self.done(Action::Start { container: self.name("run") }).await?;
        ensure(again == Outcome::Already, || format!("starting it twice gave {again:?}"))
    }

    pub(super) async fn a_container_stops_once_and_within_its_time(&self) -> Check {
        self.launch(self.request("run", &self.stage.idles)).await?;
        let stop = || Action::Stop { container: self.name("run"), seconds: 1 };
        let begun = Instant::now();
        self.done(stop()).await?;
        let taken = begun.elapsed();
        ensure(taken < Duration::from_secs(10), || format!("it took {taken:?}"))?;
        self.expect_state("run", |state| matches!(state, State::Exited(_)), "stopped").await?;
        let again = self.done(stop()).await?;
        ensure(again == Outcome::Already, || format!("stopping it twice gave {again:?}"))?;
        let absent = self.done(Action::Stop { container: self.name("absent"), seconds: 1 }).await?;
        ensure(absent == Outcome::Already, || format!("stopping what is not there gave {absent:?}"))
    }

    pub(super) async fn a_container_is_removed_once(&self) -> Check {
        self.make(self.request("gone", &self.stage.idles)).await?;
        let remove = || Action::RemoveContainer { container: self.name("gone") };
        self.done(remove()).await?;
        let left = self.observe().await?.containers.len();
        ensure(left == 0, || format!("{left} containers are left"))?;
        let again = self.done(remove()).await?;
        ensure(again == Outcome::Already, || format!("removing it twice gave {again:?}"))
    }

    pub(super) async fn a_renamed_container_keeps_everything_else(&self) -> Check {
        self.launch(self.request("run", &self.stage.idles)).await?;
        let before = self.seen("run").await?;
        let to = format!("{}.old-1", self.name("run"));
        let rename = Action::Rename { container: before.engine_id.clone(), to: to.clone() };
        self.done(rename).await?;
        let after = self.seen("run").await?;
        let same = (&after.engine_id, after.state, &after.labels) == (&before.engine_id, before.state, &before.labels);
        ensure(same && after.name == to, || format!("it became {after:?}"))?;
        let twin = self.request("run", &self.stage.idles);
        self.done(Action::CreateContainer(Box::new(twin))).await.map(drop)
    }

    pub(super) async fn the_end_of_a_job_is_judged(&self) -> Check {
        self.launch(self.request("good", &self.stage.ends_well)).await?;
        self.launch(self.request("bad", &self.stage.ends_badly)).await?;
        for (id, condition, wanted) in [
            ("good", Condition::Success, Some(0)),
            ("good", Condition::Always, Some(0)),
            ("good", Condition::Failed, None),
            ("bad", Condition::Success, None),
            ("bad", Condition::Always, Some(3)),
            ("bad", Condition::Failed, Some(3)),
        ] {
            let result = self.apply(&Action::AwaitExit { container: self.name(id), condition }).await;
            let right = match (&result, wanted) {
                (Ok(Outcome::Exited(code)), Some(wanted)) => *code == wanted,
                (Err(error), None) => matches!(error.failure, Failure::Ended(_)),
                _ => false,
            };
            ensure(right, || format!("waiting for `{id}` to be {condition:?} gave {result:?}"))?;
        }
        self.expect_state("bad", |state| state == State::Exited(3), "exited with 3").await
    }

    pub(super) async fn a_server_is_ready_when_its_port_answers(&self) -> Check {
        let mut request = self.request("web", &self.stage.serves);
        request.ports = self.published(0);
        self.launch(request).await?;
        let outcome = self.ready("web", Duration::from_secs(20)).await.map_err(|error| error.to_string())?;
        let Outcome::Ready(ports) = &outcome else { return Err(format!("it gave {outcome:?}")) };
        let host = ports.iter().find(|(port, ..)| *port == self.stage.port).map(|(_, _, host)| *host);
        let published = self.seen("web").await?.published;
        let right = published.iter().any(|port| port.container == self.stage.port && Some(port.host) == host);
        ensure(right && host != Some(0), || format!("ready on {ports:?}, seen on {published:?}"))
    }

    pub(super) async fn a_server_that_ends_is_not_waited_for(&self) -> Check {
        self.launch(self.request("web", &self.stage.ends_badly)).await?;
        let begun = Instant::now();
        let Err(error) = self.ready("web", Duration::from_secs(30)).await else {
            return Err("it is said to be ready".to_owned());
        };
        let taken = begun.elapsed();
        ensure(taken < Duration::from_secs(15), || format!("it took {taken:?}"))?;
        ensure(matches!(error.failure, Failure::Ended(_)), || format!("it says: {error}"))?;
        let words = error.log.iter().any(|line| line.contains("last words"));
        ensure(words, || format!("its last lines are {:?}", error.log))
    }

    pub(super) async fn a_server_that_never_answers_is_given_up_in_time(&self) -> Check {
        self.launch(self.request("web", &self.stage.idles)).await?;
        let begun = Instant::now();
        let Err(error) = self.ready("web", Duration::from_secs(2)).await else {
            return Err("it is said to be ready".to_owned());
        };
        let taken = begun.elapsed();
        ensure(taken < Duration::from_secs(10), || format!("it took {taken:?}"))?;
        ensure(matches!(error.failure, Failure::Timeout { .. }), || format!("it says: {error}"))
    }

    pub(super) async fn a_taken_port_is_named(&self) -> Check {
        let mut first = self.request("first", &self.stage.serves);
        first.ports = self.published(0);
        self.launch(first).await?;
        let taken = self.seen("first").await?.published.first().map(|port| port.host).ok_or("it has no port")?;
        let mut second = self.request("second", &self.stage.serves);
        second.ports = self.published(taken);
        self.make(second).await?;
        match self.apply(&Action::Start { container: self.name("second") }).await {
            Ok(outcome) => Err(format!("two containers on port {taken} gave {outcome:?}")),
            Err(error) => match error.failure {
                Failure::PortTaken { port, holder } => {
                    ensure(port == taken && holder.contains("first"), || format!("port {port} is held by {holder}"))
                }
                _ => Err(format!("it says: {error}")),
            },
        }
    }

    pub(super) async fn what_is_not_there_is_said(&self) -> Check {
        let container = self.name("absent");
        for action in [
            Action::Start { container: container.clone() },
            Action::Rename { container: container.clone(), to: format!("{container}.old-1") },
            Action::AwaitExit { container: container.clone(), condition: Condition::Success },
            Action::AwaitReady { container: container.clone(), readiness: Readiness::Running, seen: None, login: None },
        ] {
            match self.apply(&action).await {
                Ok(outcome) => return Err(format!("{action:?} gave {outcome:?}")),
                Err(error) => {
                    ensure(matches!(error.failure, Failure::NotFound(_)), || format!("{action:?} says: {error}"))?;
                }
            }
        }
        Ok(())
    }

    pub(super) async fn the_log_has_whole_lines(&self) -> Check {
        self.launch(self.request("talk", &self.stage.ends_badly)).await?;
        let ended = Action::AwaitExit { container: self.name("talk"), condition: Condition::Failed };
        self.done(ended).await?;
        let mut lines = Vec::new();
        let mut sink = |line: crate::engine::LogLine| {
            lines.push(String::from_utf8_lossy(&line.bytes).into_owned());
            true
        };
        let read = self.engine.logs(&self.name("talk"), &LogRequest::default(), &mut sink).await;
        read.map_err(|error| error.to_string())?;
        ensure(lines == ["last words"], || format!("its lines are {lines:?}"))
    }

    pub(super) async fn a_command_in_a_container_gives_its_code(&self) -> Check {
        self.launch(self.request("run", &self.stage.idles)).await?;
        for (command, wanted) in [(&self.stage.ends_well, 0), (&self.stage.ends_badly, 3)] {
            let request = ExecRequest { command: command.clone(), ..ExecRequest::default() };
            let code = self.engine.exec(&self.name("run"), &request).await.map_err(|error| error.to_string())?;
            ensure(code == wanted, || format!("{command:?} gave {code}"))?;
        }
        Ok(())
    }
}
