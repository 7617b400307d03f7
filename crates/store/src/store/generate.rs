//! New secrets from the operating system's random numbers. In: a length; out: a text. Uses only this room's errors.

use zeroize::Zeroizing;

use super::{Secret, StoreError};

/// The length unless told otherwise: 190 bits.
pub const GENERATED_LENGTH: usize = 32;

/// Letters and digits: safe in URLs, shells and file names, never read as an option, selected by a double click.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// `length` characters, each of the 62 equally likely.
pub fn generate(length: usize) -> Result<Secret, StoreError> {
    // Bytes from the last, incomplete round of the alphabet are drawn again: they would favour its beginning.
    const EVEN: usize = 256 - 256 % ALPHABET.len();
    let mut text = String::with_capacity(length);
    let mut random = Zeroizing::new([0; 64]);
    while text.len() < length {
        getrandom::fill(random.as_mut_slice()).map_err(StoreError::Random)?;
        let even = random.iter().map(|byte| usize::from(*byte)).filter(|number| *number < EVEN);
        let characters = even.map(|number| char::from(ALPHABET[number % ALPHABET.len()]));
        text.extend(characters.take(length - text.len()));
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn has_the_wanted_length_and_only_harmless_characters() {
        for length in [0, 1, 31, 32, 63, 64, 65, 4096] {
            let secret = generate(length).unwrap();
            assert_eq!(secret.expose().len(), length);
            assert!(secret.expose().bytes().all(|byte| ALPHABET.contains(&byte)));
        }
        assert_ne!(generate(32).unwrap().expose(), generate(32).unwrap().expose());
    }

    #[test]
    fn no_character_is_favoured() {
        let count = 62 * 2000;
        let secret = generate(count).unwrap();
        let mut seen = [0_i64; 256];
        secret.expose().bytes().for_each(|byte| seen[usize::from(byte)] += 1);
        // Deviation of a count is about 45; a modulo bias would give 2422 to the first eight characters and 1938 to the others.
        for byte in ALPHABET {
            assert!(
                (seen[usize::from(*byte)] - 2000).abs() < 320,
                "{}: {}",
                char::from(*byte),
                seen[usize::from(*byte)]
            );
        }
    }
}
