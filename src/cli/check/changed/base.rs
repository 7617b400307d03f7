//! The commit that a change is compared with: named, told by a CI service, or where the branch left the default one.
//!
//! A comparison with nothing finds nothing, which a gate must not take for good news: whatever leaves no base is an error.

use std::path::Path;

use serde_json::Value;

use super::super::super::failure::Failure;
use super::super::super::project::environment;
use super::git::Git;
use crate::source::{DiskLoader, Loader};

/// What a variable of a CI service holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// The branch that a pull request goes to.
    Branch,
    /// A commit of that branch, or where the pull request left it.
    Commit,
    /// The commit that was there before a push.
    Before,
}

/// Variables by which CI services tell the base, those of pull requests before those of pushes. The second word is a
/// variable that has to be set too: without it the first one holds the branch that is built.
const VARIABLES: &[(&str, Option<&str>, Names)] = &[
    ("GITHUB_BASE_REF", None, Names::Branch),
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", None, Names::Commit),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", None, Names::Commit),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", None, Names::Branch),
    ("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA", None, Names::Commit),
    ("BITBUCKET_PR_DESTINATION_COMMIT", None, Names::Commit),
    ("BITBUCKET_PR_DESTINATION_BRANCH", None, Names::Branch),
    ("SYSTEM_PULLREQUEST_TARGETBRANCH", None, Names::Branch),
    ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", None, Names::Branch),
    ("CHANGE_TARGET", Some("CHANGE_ID"), Names::Branch),
    ("GERRIT_BRANCH", Some("GERRIT_CHANGE_ID"), Names::Branch),
    ("CIRRUS_BASE_SHA", None, Names::Commit),
    ("CIRRUS_BASE_BRANCH", None, Names::Branch),
    ("DRONE_TARGET_BRANCH", Some("DRONE_PULL_REQUEST"), Names::Branch),
    ("CI_COMMIT_TARGET_BRANCH", Some("CI_COMMIT_PULL_REQUEST"), Names::Branch),
    ("APPVEYOR_REPO_BRANCH", Some("APPVEYOR_PULL_REQUEST_NUMBER"), Names::Branch),
    ("CF_PULL_REQUEST_TARGET", None, Names::Branch),
    ("PRE_COMMIT_FROM_REF", None, Names::Commit),
    ("CI_COMMIT_BEFORE_SHA", None, Names::Before),
    ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", Some("JENKINS_URL"), Names::Before),
    ("DRONE_COMMIT_BEFORE", None, Names::Before),
    ("CI_PREV_COMMIT_SHA", None, Names::Before),
];

/// The base of a pull request or push that the file of a GitHub event tells, in the order of trust.
const EVENT: &[(&str, Names)] =
    &[("/pull_request/base/sha", Names::Commit), ("/merge_group/base_sha", Names::Commit), ("/before", Names::Before)];

/// What a CI service said.
struct Told {
    /// The variable, and for a file the place in it.
    by: String,
    name: String,
    names: Names,
}

/// The full name of the base.
pub fn find(git: &Git, named: Option<&str>) -> Result<String, Failure> {
    if let Some(name) = named {
        return git.commit(name)?.ok_or_else(|| {
            let failure = Failure::usage(format!("git knows no commit `{name}`"));
            failure.help("fetch it, or name another: `--changed=HEAD~1`")
        });
    }
    if git.commit("HEAD")?.is_none() {
        return Err(Failure::usage("`--changed` needs a commit to compare with, and there is none yet")
            .help("name the files instead, or commit first"));
    }
    let mut pushed = false;
    for told in told()? {
        if told.names != Names::Before {
            return of_pull_request(git, &told);
        }
        pushed = true;
        // A new branch has no commit before it, and one that was forced has none that is still there.
        if let Some(before) = git.commit(&told.name)? {
            return Ok(before);
        }
    }
    of_default_branch(git, pushed || super::super::super::terminal::set("CI"))
}

/// What CI services tell of this run.
fn told() -> Result<Vec<Told>, Failure> {
    let is_set = |variable: &str| -> Result<Option<&str>, Failure> {
        let text = environment().text(variable)?;
        Ok(text.map(str::trim).filter(|text| !text.is_empty() && *text != "false" && !is_zero(text)))
    };
    let mut all = Vec::new();
    for (variable, besides, names) in VARIABLES {
        let holds = besides.map_or(Ok(true), |besides| is_set(besides).map(|text| text.is_some()))?;
        if let Some(name) = is_set(variable)?.filter(|_| holds) {
            all.push(Told { by: (*variable).to_owned(), name: name.to_owned(), names: *names });
        }
    }
    if let Some(file) = is_set("GITHUB_EVENT_PATH")? {
        let text = DiskLoader.read(Path::new(file)).unwrap_or_default();
        let event: Value = serde_json::from_str(&text).unwrap_or_default();
        let commits = EVENT.iter().filter_map(|(place, names)| Some((event.pointer(place)?.as_str()?, *names)));
        all.extend(commits.filter(|(name, _)| !is_zero(name)).map(|(name, names)| Told {
            by: "GITHUB_EVENT_PATH".to_owned(),
            name: name.to_owned(),
            names,
        }));
    }
    all.sort_by_key(|told| told.names == Names::Before);
    Ok(all)
}

/// Zeros stand for a commit that is not there.
fn is_zero(name: &str) -> bool {
    name.len() >= 7 && name.bytes().all(|byte| byte == b'0')
}

/// Where a pull request left the branch that it goes to. A branch is looked for as the remote has it first: the one of the
/// same name that lies here may be older, or be made by the pull request.
fn of_pull_request(git: &Git, told: &Told) -> Result<String, Failure> {
    let Told { by, name, names } = told;
    let tip = if *names == Names::Branch {
        let short = name.strip_prefix("refs/heads/").unwrap_or(name);
        let places = [format!("refs/remotes/origin/{short}"), format!("refs/heads/{short}")];
        let mut tips = places.iter().map(|place| git.commit(place));
        tips.find_map(Result::transpose).transpose()?
    } else {
        git.commit(name)?
    };
    let Some(tip) = tip else {
        return Err(cut_off(&format!("{by} says that the base is `{name}`, which this clone does not hold")));
    };
    let base = git.merge_base(&tip)?;
    base.ok_or_else(|| cut_off(&format!("this clone does not hold where the change left `{name}` ({by})")))
}

/// Where this branch left the default one.
fn of_default_branch(git: &Git, in_ci: bool) -> Result<String, Failure> {
    let named = git.line(&["rev-parse", "--abbrev-ref", "--verify", "--quiet", "origin/HEAD"])?;
    let usual = ["origin/main", "origin/master", "main", "master"].map(str::to_owned);
    let head = git.commit("HEAD")?;
    let branch = git.branch()?;
    let mut known = Vec::new();
    for name in named.into_iter().chain(usual) {
        let Some(tip) = git.commit(&name)? else { continue };
        known.push(name.clone());
        let Some(base) = git.merge_base(&tip)? else { continue };
        // On the default branch itself, what is not committed is compared with what is; a machine commits nothing.
        if Some(&base) == head.as_ref() && (in_ci || branch.is_none() || git.is_shallow()?) {
            let message = format!("`--changed` has nothing to compare with: this commit is a part of `{name}` already");
            return Err(if git.is_shallow()? { cut_off(&message) } else { Failure::usage(message).help(NAME_ONE) });
        }
        return Ok(base);
    }
    if git.is_shallow()? {
        return Err(cut_off("`--changed` has no commit to compare with"));
    }
    let branches =
        git.line(&["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes"])?.unwrap_or_default();
    // Without any other branch this one is the default one, whatever it is called.
    let alone = branch.is_some() && branches.lines().count() <= 1 && !in_ci;
    match head.filter(|_| alone) {
        Some(head) => Ok(head),
        None if known.is_empty() => Err(Failure::usage(
            "`--changed` has no commit to compare with: which branch is the default one cannot be told",
        )
        .help(NAME_ONE)),
        None => Err(Failure::usage(format!(
            "`--changed` has no commit to compare with: nothing is common to this commit and `{}`",
            known.join("`, `")
        ))
        .help(NAME_ONE)),
    }
}

const NAME_ONE: &str = "name the commit: `--changed=COMMIT`, such as `--changed=HEAD~1` or `--changed=origin/main`";

fn cut_off(message: &str) -> Failure {
    Failure::usage(message.to_owned()).help(
        "fetch the history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, else `git fetch --unshallow` \
         and `git fetch origin BRANCH`; or name a commit: `--changed=COMMIT`",
    )
}
