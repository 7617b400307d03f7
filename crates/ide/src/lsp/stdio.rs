//! Standard input and output as a connection. A message that cannot be read is told to the client and left behind: an editor
//! should not lose its server to one bad message.

use std::io::{self, Write};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, Message, Notification};

/// Method of the notice that a message could not be read; not part of the protocol, and never sent to a client.
pub(super) const UNREADABLE: &str = "pt/unreadable";

/// Bad messages in a row after which what comes in is taken for noise.
const PATIENCE: usize = 100;

/// The connection and the thread that writes.
#[derive(Debug)]
pub struct Stdio {
    writer: JoinHandle<io::Result<()>>,
}

impl Stdio {
    /// Starts to read and write.
    pub fn connect() -> (Connection, Self) {
        let (ours, theirs) = Connection::memory();
        let Connection { sender, receiver } = theirs;
        // Whoever ends the server does not wait for the reader: it may hang on an input that nobody closes.
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            let mut unreadable = 0;
            while unreadable < PATIENCE {
                let message = match Message::read(&mut input) {
                    Ok(Some(message)) => {
                        unreadable = 0;
                        message
                    }
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                        unreadable += 1;
                        Notification::new(UNREADABLE.to_owned(), ()).into()
                    }
                    Ok(None) | Err(_) => break,
                };
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let writer = thread::spawn(move || {
            let mut output = io::stdout().lock();
            for message in receiver {
                message.write(&mut output)?;
            }
            output.flush()
        });
        (ours, Self { writer })
    }

    /// Waits until everything is written; the connection has to be dropped before.
    pub fn finish(self) {
        // A client that is gone reads nothing more.
        let _ = self.writer.join();
    }
}
