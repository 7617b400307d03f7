//! Names on both sides: `kebab-case` as declared, `camelCase` in JavaScript.

/// `api-host` as `apiHost`; names without a hyphen stay as they are.
pub(super) fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut raise = false;
    for letter in name.chars() {
        if letter == '-' {
            raise = !camel.is_empty();
        } else if raise {
            camel.extend(letter.to_uppercase());
            raise = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}

/// `callModule` as `call-module`.
pub(super) fn kebab_case(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_case_and_back() {
        for (kebab, camel) in [("call-module", "callModule"), ("log", "log"), ("api-db-host", "apiDbHost")] {
            assert_eq!(camel_case(kebab), camel);
            assert_eq!(kebab_case(camel), kebab);
        }
        assert_eq!(camel_case("api_host"), "api_host");
        assert_eq!(camel_case("python-3-port"), "python3Port");
    }
}
