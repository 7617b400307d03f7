//! Host ports of a project, kept between its runs: those that its file leaves open, and those that it names and that somebody else has.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};

use super::checkout::{engine_project, paths};
use super::content::confirm;
use super::failure::Failure;
use super::project::Located;
use super::terminal::Terminal;
use crate::expand::Program;
use crate::plan::Observed;
use crate::plan::host_ports::{Choice, ChosenPort, ChosenPorts, apply, choose, replace};
use crate::store::{HostPorts, KeptPort, ProjectPorts, StoreError};

/// What is kept for a project, and what others have.
pub struct Kept {
    project: String,
    register: HostPorts,
}

impl Kept {
    /// Reads the register; nothing is kept where there is no place for it.
    pub fn read(located: &Located) -> Result<Self, Failure> {
        Ok(Self { project: engine_project(located), register: HostPorts::read(&paths())? })
    }

    /// The ports of the project.
    pub fn ports(&self) -> ChosenPorts {
        let port = |kept: KeptPort| ChosenPort { written: kept.written, host: kept.host };
        self.register.of(&self.project).into_iter().map(|(key, kept)| (key, port(kept))).collect()
    }

    /// Ports for all that the file leaves open. On an engine of another machine only it knows what is free.
    pub fn choose(&self, program: &Program, observed: &Observed, kept: &ChosenPorts, is_local: bool) -> ChosenPorts {
        let others = self.register.of_others(&self.project);
        let is_free = |port, udp| !is_local || is_free(port, udp);
        choose(program, kept, &Choice { project: &self.project, observed, others: &others, is_free: &is_free })
    }

    /// Another port for each that the file names and somebody holds, after a question; `false` when nothing was replaced.
    pub fn offer(
        &self,
        program: &Program,
        taken: &[u16],
        observed: &Observed,
        ports: &mut ChosenPorts,
        asked: &Asked<'_>,
    ) -> Result<bool, Failure> {
        let others = self.register.of_others(&self.project);
        let is_free = |port, udp| !asked.is_local || is_free(port, udp);
        let choice = Choice { project: &self.project, observed, others: &others, is_free: &is_free };
        let mut replaced = false;
        for port in taken {
            let Some((key, chosen)) = replace(program, *port, ports, &choice) else { continue };
            let (container, host) = (key.split(' ').next().unwrap_or_default(), chosen.host);
            let holder = observed.held_ports.get(port).map_or_else(|| "somebody else".to_owned(), Clone::clone);
            let question =
                format!("Port {port}, for `{container}`, is taken by {holder}. Use {host} here from now on?");
            let question = crate::report::sanitize::visible_lines(&question);
            let may_ask = asked.terminal.is_some_and(|terminal| terminal.interactive && !terminal.yes);
            let yes = match asked.terminal {
                _ if asked.other_ports => true,
                Some(terminal) if may_ask => confirm(&question, "--other-ports", terminal)?,
                _ => false,
            };
            if yes {
                ports.insert(key, chosen);
                replaced = true;
            }
        }
        Ok(replaced)
    }
}

/// How a question about ports may be answered.
pub struct Asked<'a> {
    /// Whether the command line says yes.
    pub other_ports: bool,
    /// Where it may be asked.
    pub terminal: Option<&'a Terminal>,
    /// Whether the engine is on this machine.
    pub is_local: bool,
}

/// Puts the kept ports into a program.
pub fn put(located: &Located, program: &mut Program) -> Result<(), Failure> {
    apply(program, &Kept::read(located)?.ports());
    Ok(())
}

/// Keeps the ports of a project, those of containers that this program has not included.
pub fn keep(located: &Located, ports: &ChosenPorts) -> Result<(), Failure> {
    let port = |chosen: &ChosenPort| KeptPort { written: chosen.written, host: chosen.host };
    let ports = ports.iter().map(|(key, chosen)| (key.clone(), port(chosen))).collect();
    let kept = ProjectPorts { directory: located.root.clone(), ports };
    match HostPorts::keep(&paths(), &engine_project(located), kept) {
        // A disk that takes nothing keeps nobody from running; the next run chooses the same.
        Err(StoreError::NoHome { .. } | StoreError::Io { .. }) => Ok(()),
        kept => Ok(kept?),
    }
}

/// Goes back to the ports that the file names.
pub fn forget_replaced(located: &Located) -> Result<(), Failure> {
    let mut ports = Kept::read(located)?.ports();
    ports.retain(|_, chosen| chosen.host == chosen.written);
    keep(located, &ports)
}

fn is_free(port: u16, udp: bool) -> bool {
    let everywhere = (Ipv4Addr::UNSPECIFIED, port);
    if udp { UdpSocket::bind(everywhere).is_ok() } else { TcpListener::bind(everywhere).is_ok() }
}
