//! Pauses between questions: short while nobody is there, longer from question to question where each is a line in a log.

use std::time::Duration;

use super::postgres::Answer;

/// While nobody answers, which costs nobody anything.
const SHORT: Duration = Duration::from_millis(10);

/// After the first answer of a server that does not serve yet.
const FIRST: Duration = Duration::from_millis(50);

/// A recovery may take hours.
const LONGEST: Duration = Duration::from_secs(2);

/// How fast a server is asked whether it serves.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The pause after the last answer that the server noted.
    last: Option<Duration>,
}

impl Pace {
    /// Whether the last answer is a line in a log.
    pub(super) fn is_noted(&self) -> bool {
        self.last.is_some()
    }

    /// The pause after an answer; `None` is that of somebody who was not asked.
    pub(super) fn after(&mut self, answer: Option<&Answer>) -> Duration {
        self.last = match answer {
            Some(Answer::Starting(_)) => Some(self.last.map_or(FIRST, |last| (last * 2).min(LONGEST))),
            // It restarts, or is gone: what comes then is another server.
            _ => None,
        };
        self.last.unwrap_or(SHORT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_recovers_for_a_minute_is_asked_some_thirty_times() {
        let starting = Answer::Starting("the database system is starting up".to_owned());
        let mut pace = Pace::default();
        let (mut asked, mut passed) = (0, Duration::ZERO);
        while passed < Duration::from_mins(1) {
            passed += pace.after(Some(&starting));
            asked += 1;
        }
        assert!((30..40).contains(&asked), "{asked}");
    }

    #[test]
    fn nobody_is_looked_for_often_and_a_new_server_is_asked_soon() {
        let starting = Answer::Starting(String::new());
        let mut pace = Pace::default();
        assert_eq!(pace.after(None), SHORT);
        assert_eq!((pace.after(Some(&starting)), pace.after(Some(&starting))), (FIRST, FIRST * 2));
        assert_eq!(pace.after(Some(&Answer::NotYet(String::new()))), SHORT);
        assert_eq!(pace.after(Some(&starting)), FIRST);
    }
}
