//! The kernel's table of TCP sockets, as `/proc/net/tcp` and `/proc/net/tcp6` show it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The state of a listening socket.
const LISTENING: &str = "0A";

/// A socket that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Listener {
    /// On which address.
    pub(in crate::engine) address: IpAddr,
    /// On which port.
    pub(in crate::engine) port: u16,
    /// By which processes know it.
    pub(in crate::engine) inode: u64,
}

/// The listening sockets of a table; lines that are none are passed over.
pub(in crate::engine) fn listeners(table: &str) -> impl Iterator<Item = Listener> + '_ {
    table.lines().filter_map(listener)
}

fn listener(line: &str) -> Option<Listener> {
    let mut fields = line.split_ascii_whitespace();
    let local = fields.nth(1)?;
    let state = fields.nth(1)?;
    if state != LISTENING {
        return None;
    }
    let (address, port) = local.rsplit_once(':')?;
    let (address, port) = (address_of(address)?, u16::from_str_radix(port, 16).ok()?);
    Some(Listener { address, port, inode: fields.nth(5)?.parse().ok()? })
}

/// An address as the kernel writes it: words of 32 bits in the machine's byte order.
fn address_of(text: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = (0..text.len() / 8)
        .map(|word| u32::from_str_radix(text.get(word * 8..word * 8 + 8)?, 16).ok().map(u32::to_ne_bytes))
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [word] => Some(Ipv4Addr::from(*word).into()),
        [_, _, _, _] => {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&words.concat());
            Some(Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_read_with_both_kinds_of_addresses() {
        let line = |address: &str, state: &str| {
            format!("   0: {address}:1538 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 0 0 77 1 0\n")
        };
        let table = [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
                .to_owned(),
            line("0100007F", "0A"),
            line("0100007F", "01"),
            line("00000000000000000000000000000000", "0A"),
            line("0000000000000000FFFF00000100007F", "0A"),
            "garbage\n".to_owned(),
        ];
        let found: Vec<(String, u16, u64)> = listeners(&table.concat())
            .map(|listener| (listener.address.to_string(), listener.port, listener.inode))
            .collect();
        let expected = ["127.0.0.1", "::", "127.0.0.1"].map(|address| (address.to_owned(), 5432, 77));
        assert_eq!(found, expected);
    }
}
