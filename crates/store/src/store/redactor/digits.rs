//! Finds pieces of secrets in runs of digits: base64 of both alphabets and hexadecimal, whatever stands before and after, and however
//! the run is broken into lines. In: contents; out: places in bytes whose digits say at least [`MASKED_LENGTH`] bytes of one. Uses no
//! other file of this room.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::MASKED_LENGTH;

/// No digit.
const NONE: u8 = u8::MAX;

/// The most bytes that may stand between two digits of one run: a line break and what indents the next line.
const APART: usize = 40;

/// The digits before a line break that are needed to look for the rest behind it. With fewer, half of all lines would be held back.
const BEFORE_BREAK: u32 = 3;

/// One way to write bytes as digits.
pub(super) struct Digits {
    /// Bits of a digit.
    bits: u32,
    /// Digits of a window.
    length: u32,
    values: [u8; 256],
    /// Bytes that may stand between digits anywhere, besides line breaks.
    separators: &'static [u8],
    /// The digits of each window as one number, with the number of its secret. Sorted.
    windows: Vec<(u64, u32)>,
    /// A bit for each window, so that nearly all of a text is passed over at once.
    filter: Vec<u64>,
}

impl Digits {
    /// Base64: the two alphabets differ in nothing but the signs for two digits.
    pub(super) fn base64(contents: &[(u32, &[u8])]) -> Self {
        let values = |byte: u8| match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NONE,
        };
        let length = (MASKED_LENGTH * 8).div_ceil(6);
        let mut digits = Self::empty(6, length, values, b"");
        for (number, bytes) in contents {
            for before in 0..3 {
                let shifted: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
                let encoded = STANDARD.encode(&shifted);
                // Digits that share a bit with what is before or after are left out.
                digits.learn(*number, &encoded.as_bytes()[(before * 8).div_ceil(6)..shifted.len() * 8 / 6]);
            }
        }
        digits.sorted()
    }

    /// Hexadecimal digits of both cases, also with one of the usual signs between them.
    pub(super) fn hexadecimal(contents: &[(u32, &[u8])]) -> Self {
        let values = |byte: u8| match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => NONE,
        };
        let mut digits = Self::empty(4, MASKED_LENGTH * 2, values, b" :-");
        for (number, bytes) in contents {
            let encoded: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            digits.learn(*number, encoded.as_bytes());
        }
        digits.sorted()
    }

    fn empty(bits: u32, length: usize, value: fn(u8) -> u8, separators: &'static [u8]) -> Self {
        let mut values = [NONE; 256];
        (0..=u8::MAX).for_each(|byte| values[usize::from(byte)] = value(byte));
        let length = u32::try_from(length).unwrap_or(u64::BITS / bits);
        Self { bits, length, values, separators, windows: Vec::new(), filter: Vec::new() }
    }

    fn learn(&mut self, number: u32, encoded: &[u8]) {
        let windows = encoded.windows(self.length as usize).map(|window| {
            let digit = |byte: &u8| u64::from(self.values[usize::from(*byte)]);
            window.iter().fold(0, |key, byte| key << self.bits | digit(byte))
        });
        let windows: Vec<(u64, u32)> = windows.map(|key| (key, number)).collect();
        self.windows.extend(windows);
    }

    fn sorted(mut self) -> Self {
        self.windows.sort_unstable();
        self.windows.dedup_by_key(|window| window.0);
        let words = (self.windows.len() / 4).next_power_of_two().clamp(1 << 10, 1 << 18);
        self.filter = vec![0; words];
        for index in 0..self.windows.len() {
            let (word, bit) = self.place_in_filter(self.windows[index].0);
            self.filter[word] |= bit;
        }
        self
    }

    fn place_in_filter(&self, key: u64) -> (usize, u64) {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        #[allow(clippy::cast_possible_truncation, reason = "32 bits are left")]
        let place = mixed as usize;
        (place / 64 % self.filter.len(), 1 << (place % 64))
    }

    fn secret_of(&self, key: u64) -> Option<u32> {
        let (word, bit) = self.place_in_filter(key);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let at = self.windows.binary_search_by_key(&key, |window| window.0).ok()?;
        Some(self.windows[at].1)
    }

    /// Whether some window begins with `count` digits and is longer.
    fn begins(&self, start: u64, count: u32) -> bool {
        let rest = self.bits * (self.length - count);
        let first = self.windows.partition_point(|window| window.0 >> rest < start);
        self.windows.get(first).is_some_and(|window| window.0 >> rest == start)
    }

    /// Tells each window in `bytes` with the number of its secret. Gives the place from which on bytes to come may make one.
    pub(super) fn scan(&self, bytes: &[u8], mut tell: impl FnMut(Range<usize>, u32)) -> usize {
        if self.windows.is_empty() {
            return bytes.len();
        }
        let full = (1 << (self.bits * self.length)) - 1;
        // Digits of the run so far and their places; a bit for each digit that a line break follows, the last one's lowest.
        let (mut key, mut count, mut places, mut breaks) = (0_u64, 0_usize, [0_usize; 16], 0_u32);
        let (mut apart, mut in_break) = (0, false);
        for (at, byte) in bytes.iter().enumerate() {
            let value = self.values[usize::from(*byte)];
            if value != NONE {
                key = (key << self.bits | u64::from(value)) & full;
                places[count % places.len()] = at;
                count += 1;
                breaks <<= 1;
                (apart, in_break) = (0, false);
                let whole = count >= self.length as usize && goes_on(breaks, self.length);
                if let Some(number) = self.secret_of(key).filter(|_| whole) {
                    tell(places[(count - self.length as usize) % places.len()]..at + 1, number);
                }
                continue;
            }
            apart += 1;
            if matches!(byte, b'\n' | b'\r') {
                in_break = true;
                breaks |= 1;
            } else if !(self.separators.contains(byte) || in_break && matches!(byte, b' ' | b'\t')) {
                apart = APART + 1;
            }
            if apart > APART {
                (key, count, breaks) = (0, 0, 0);
            }
        }
        let longest = (self.length - 1).min(u32::try_from(count).unwrap_or(u32::MAX));
        let pending = (1..=longest)
            .rev()
            .find(|digits| goes_on(breaks, *digits) && self.begins(key & ((1 << (self.bits * digits)) - 1), *digits));
        pending.map_or(bytes.len(), |digits| places[(count - digits as usize) % places.len()])
    }
}

/// Whether enough of the last `digits` stand before their first line break.
fn goes_on(breaks: u32, digits: u32) -> bool {
    let first = digits.saturating_sub(BEFORE_BREAK - 1);
    let early = breaks >> first & ((1 << (digits - first)) - 1);
    early == 0
}
