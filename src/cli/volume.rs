//! `pt volume`: the volumes of a project, and what becomes of one of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};

use super::arguments::Global;
use super::checkout::shown;
use super::content::confirm;
use super::failure::{Class, Failure};
use super::observed::Holding;
use super::session::{Secrets, runtime};
use super::standing::{carry_out, locked};
use super::terminal::Terminal;
use crate::diagnostic::{did_you_mean, one_of};
use crate::engine::{Engine, Execution, VolumeDetails};
use crate::plan::{ObservedVolume, is_unproved, labels, remove_volumes};
use crate::report::sanitize::visible;

/// Arguments of `pt volume`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt volume ls                 names, sizes, ages, and who uses them
  pt volume rm pgdata          asks, and removes one with all its data
  pt volume adopt shop_pgdata  one that is there and that this project shall use")]
pub struct Volume {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the volumes of this project
    #[command(visible_alias = "list")]
    Ls {
        /// Form of the output
        #[arg(short, long, value_name = "FORM", default_value = "text", visible_alias = "format")]
        output: Output,
    },
    /// Remove volumes with all their data; asks first
    #[command(visible_alias = "remove")]
    Rm {
        /// Ids from the file, or names in the engine
        #[arg(required = true, value_name = "VOLUME")]
        volumes: Vec<String>,
    },
    /// Take over volumes that nothing proves to be this project's; asks first
    Adopt {
        /// Names in the engine
        #[arg(required = true, value_name = "VOLUME")]
        volumes: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// A table
    Text,
    /// One JSON document
    Json,
}

/// A volume that is the project's or says so, and what the engine tells of it.
struct Row<'h> {
    volume: &'h ObservedVolume,
    details: VolumeDetails,
}

/// Does what is asked for.
pub fn run(arguments: &Volume, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        match &arguments.command {
            Command::Ls { output } => list(&Holding::look(global).await?, *output, terminal).await,
            Command::Rm { volumes } => remove(volumes, global, terminal).await,
            Command::Adopt { volumes } => adopt(volumes, global, terminal).await,
        }
    })
}

/// Volumes that people know of, with what the engine tells of them.
async fn rows(holding: &Holding) -> Result<Vec<Row<'_>>, Failure> {
    let volumes: Vec<&ObservedVolume> = holding.observed.volumes.iter().filter(|it| concerns(holding, it)).collect();
    let names: Vec<String> = volumes.iter().map(|volume| volume.name.clone()).collect();
    let mut details = holding.engine.volume_details(&names).await?;
    let row = |volume: &'_ ObservedVolume| details.remove(&volume.name).unwrap_or_default();
    let details: Vec<VolumeDetails> = volumes.iter().copied().map(row).collect();
    Ok(volumes.into_iter().zip(details).map(|(volume, details)| Row { volume, details }).collect())
}

/// Whether a volume is the project's or says so; marks of ours hold nothing and concern nobody.
fn concerns(holding: &Holding, volume: &ObservedVolume) -> bool {
    let label = |name: &str| volume.labels.get(name).map(String::as_str);
    let of_project = [labels::PROJECT, labels::UNPROVED].iter().any(|name| label(name) == Some(&holding.project));
    of_project && label(labels::KIND) != Some("mark")
}

fn id_of(volume: &ObservedVolume) -> &str {
    volume.labels.get(labels::VOLUME).map_or(volume.name.as_str(), String::as_str)
}

async fn list(holding: &Holding, output: Output, terminal: &Terminal) -> Result<u8, Failure> {
    let rows = rows(holding).await?;
    let mut out = Terminal::out();
    match output {
        Output::Json => {
            let volumes: Vec<serde_json::Value> = rows.iter().map(json).collect();
            let document = serde_json::json!({ "version": 1, "project": holding.project, "volumes": volumes });
            writeln!(out, "{document:#}")?;
        }
        Output::Text if rows.is_empty() => {
            terminal.note(&format!("project `{}` has no volumes", visible(&shown(&holding.located))));
        }
        Output::Text => out.write_all(text(&rows).as_bytes())?,
    }
    out.flush()?;
    Ok(0)
}

fn json(row: &Row<'_>) -> serde_json::Value {
    let made = row.details.made.and_then(|made| jiff::Timestamp::from_second(made).ok());
    serde_json::json!({
        "id": id_of(row.volume),
        "name": row.volume.name,
        "scope": row.volume.labels.get(labels::SCOPE),
        "proved": !is_unproved(row.volume),
        "bytes": row.details.bytes,
        "made": made.map(|made| made.to_string()),
        "place": row.details.place,
        "used_by": row.details.users,
    })
}

fn text(rows: &[Row<'_>]) -> String {
    let cells: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            let used = match row.details.users.as_slice() {
                _ if is_unproved(row.volume) => "not proved to be ours".to_owned(),
                [] => "unused".to_owned(),
                users => format!("used by {}", users.join(", ")),
            };
            let size = row.details.bytes.map_or_else(|| "?".to_owned(), bytes_in_words);
            let made = row.details.made.map_or_else(|| "?".to_owned(), age);
            let cells = [id_of(row.volume).to_owned(), row.volume.name.clone(), size, made, used];
            cells.map(|cell| visible(&cell).into_owned())
        })
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (first, second, third, fourth) = (width(0), width(1), width(2), width(3));
    cells.iter().fold(String::new(), |mut text, [id, name, size, made, used]| {
        let _ = writeln!(text, "{id:first$}  {name:second$}  {size:>third$}  {made:fourth$}  {used}");
        text
    })
}

async fn remove(wanted: &[String], global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let (holding, _lock) = locked(global, "volume rm", terminal).await?;
    let rows = rows(&holding).await?;
    let mut chosen = Vec::new();
    for name in wanted {
        let row = find(&rows, name, &holding)?;
        if is_unproved(row.volume) {
            let message = format!("nothing proves that the volume `{}` is this project's", row.volume.name);
            return Err(Failure::new(Class::No, message).help(format!("take it over first: `pt volume adopt {name}`")));
        }
        if !row.details.users.is_empty() {
            let users: Vec<String> = row.details.users.iter().map(|user| format!("`{user}`")).collect();
            let message = format!("the volume `{}` is used by {}", row.volume.name, users.join(", "));
            return Err(Failure::new(Class::No, message).help("`pt down` removes the containers and keeps all volumes"));
        }
        chosen.push(row);
    }
    let things: Vec<String> = chosen.iter().map(|row| described(row.volume, Some(&row.details))).collect();
    let folder = holding.located.root.display().to_string();
    let question = format!("Remove {} of {} with all data?", things.join(" and "), visible(&folder));
    if !confirm(&question, "--yes", terminal)? {
        terminal.say("nothing was removed");
        return Ok(1);
    }
    let names: Vec<String> = chosen.iter().map(|row| row.volume.name.clone()).collect();
    let plan = remove_volumes(&holding.project, &holding.observed, &names);
    let code = carry_out(&holding, &plan, &Secrets::default(), &Execution::default(), terminal).await?;
    holding.located.store()?.forget_adopted(&names)?;
    Ok(code)
}

async fn adopt(wanted: &[String], global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let (holding, _lock) = locked(global, "volume adopt", terminal).await?;
    let rows = rows(&holding).await?;
    let mut names = Vec::new();
    for name in wanted {
        let row = find(&rows, name, &holding)?;
        if !is_unproved(row.volume) {
            terminal.note(&format!("`{}` is this project's already", row.volume.name));
            continue;
        }
        let thing = described(row.volume, Some(&row.details));
        if !confirm(&format!("Take over {thing}: mount it, and remove it when that is asked for?"), "--yes", terminal)?
        {
            terminal.say("nothing was taken over");
            return Ok(1);
        }
        names.push(row.volume.name.clone());
    }
    holding.located.store()?.adopt_volumes(&names)?;
    for name in names {
        terminal.note(&format!("`{name}` is this project's from now on"));
    }
    Ok(0)
}

/// The volume of an id or name; an error names the others.
fn find<'r>(rows: &'r [Row<'r>], name: &str, holding: &Holding) -> Result<&'r Row<'r>, Failure> {
    if let Some(row) = rows.iter().find(|row| row.volume.name == name || id_of(row.volume) == name) {
        return Ok(row);
    }
    let ids = || rows.iter().map(|row| id_of(row.volume));
    let help = match did_you_mean(name, ids()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if rows.is_empty() => "it has none".to_owned(),
        None => format!("it has {}", one_of(ids())),
    };
    let project = shown(&holding.located);
    Err(Failure::new(Class::No, format!("project `{project}` has no volume `{name}`")).help(help))
}

/// A volume as a question names it: what would be lost, how much, how old, and where.
pub fn described(volume: &ObservedVolume, details: Option<&VolumeDetails>) -> String {
    let mut about = Vec::new();
    if let Some(details) = details {
        about.extend(details.bytes.map(bytes_in_words));
        about.extend(details.made.map(|made| format!("made {}", age(made))));
        about.extend(details.place.as_deref().map(|place| visible(place).into_owned()));
    }
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    format!("the volume `{}`{about}", visible(&volume.name))
}

/// What the engine tells of volumes; nothing where it cannot say: a question is asked all the same.
pub async fn details(holding: &Holding, volumes: &[&ObservedVolume]) -> BTreeMap<String, VolumeDetails> {
    let names: Vec<String> = volumes.iter().map(|volume| volume.name.clone()).collect();
    holding.engine.volume_details(&names).await.unwrap_or_default()
}

#[allow(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", UNITS[unit]) }
}

/// How long ago something was, in the largest unit that fits.
fn age(made: i64) -> String {
    let seconds = jiff::Timestamp::now().as_second().saturating_sub(made).max(0);
    let (count, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..5_184_000 => (seconds / 86_400, "day"),
        _ => (seconds / 2_592_000, "month"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_ages_are_told_in_the_largest_unit_that_fits() {
        let sizes = [0, 1023, 1536, 45 << 20, 3 << 30].map(bytes_in_words);
        assert_eq!(sizes, ["0 B", "1023 B", "1.5 KiB", "45.0 MiB", "3.0 GiB"]);
        let now = jiff::Timestamp::now().as_second();
        let ages = [0, 61, 7300, 3 * 86_400, 90 * 86_400].map(|before| age(now - before));
        assert_eq!(ages, ["just now", "1 minute ago", "2 hours ago", "3 days ago", "3 months ago"]);
    }
}
