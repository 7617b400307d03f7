//! What runs of a project, by the names of its file.

use super::arguments::Global;
use super::checkout::{guard, settle, shown};
use super::choice::connect;
use super::elsewhere::meant;
use super::failure::{Class, Failure};
use super::project::Located;
use crate::diagnostic::{did_you_mean, one_of};
use crate::engine::{AnyEngine, Engine};
use crate::plan::{Observed, ObservedContainer};

/// A project as its engine holds it.
pub struct Holding {
    /// The engine.
    pub engine: AnyEngine,
    /// The project.
    pub located: Located,
    /// Its name in the engine.
    pub project: String,
    /// What was found.
    pub observed: Observed,
}

impl Holding {
    /// Looks at the engine.
    pub async fn look(global: &Global) -> Result<Self, Failure> {
        let located = meant(global).await?;
        let engine = connect(global, Some(&located)).await?;
        let project = settle(&located, &engine).await?.project;
        Self { engine, located, project, observed: Observed::default() }.again().await
    }

    /// The same, looked at once more.
    pub async fn again(mut self) -> Result<Self, Failure> {
        self.observed = self.engine.observe(&self.project, &[], &[], &[]).await?;
        super::proof::prove(&self.located, &self.project, &mut self.observed)?;
        super::order::apply(&self.project, &mut self.observed);
        guard(&self.located, &self.observed)?;
        self.observed.containers.sort_by(|a, b| (&a.container, a.replica).cmp(&(&b.container, b.replica)));
        Ok(self)
    }

    /// The containers of these ids, all of them without any; an id that has none is an error that names the others.
    pub fn select(&self, ids: &[String]) -> Result<Vec<&ObservedContainer>, Failure> {
        for id in ids {
            if !self.observed.containers.iter().any(|seen| is_called(seen, id)) {
                return Err(self.unknown(id));
            }
        }
        let chosen = |seen: &&ObservedContainer| ids.is_empty() || ids.iter().any(|id| is_called(seen, id));
        Ok(self.observed.containers.iter().filter(chosen).collect())
    }

    /// That nothing was found.
    pub fn nothing(&self) -> String {
        format!("nothing of project `{}` is there; `pt run -d` starts it", shown(&self.located))
    }

    fn unknown(&self, id: &str) -> Failure {
        let names = || self.observed.containers.iter().map(|seen| seen.container.as_str());
        let help = match did_you_mean(id, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.observed.containers.is_empty() => {
                "nothing of this project is there; `pt run -d` starts it".to_owned()
            }
            None => format!("it has {}", one_of(names())),
        };
        Failure::new(Class::No, format!("project `{}` has no container `{id}`", shown(&self.located))).help(help)
    }
}

fn is_called(seen: &ObservedContainer, id: &str) -> bool {
    seen.container == id || seen.name == id
}
