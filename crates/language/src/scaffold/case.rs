//! The filters of placeholders: how a name is written in other places.

/// The text under a filter; `None` for a filter that nobody knows.
pub(super) fn filtered(text: &str, filter: &str) -> Option<String> {
    let words = || words(text);
    Some(match filter {
        "kebab_case" | "kebab" => words().join("-"),
        "snake_case" | "snake" => words().join("_"),
        "screaming_snake_case" | "upper_snake_case" | "constant_case" => words().join("_").to_uppercase(),
        "pascal_case" | "pascal" | "upper_camel_case" => words().iter().map(|word| capitalized(word)).collect(),
        "camel_case" | "camel" | "lower_camel_case" => {
            let pascal: String = words().iter().skip(1).map(|word| capitalized(word)).collect();
            format!("{}{pascal}", words().first().cloned().unwrap_or_default())
        }
        "title_case" | "title" => words().iter().map(|word| capitalized(word)).collect::<Vec<_>>().join(" "),
        "capitalize" => {
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().collect::<String>() + &letters.as_str().to_lowercase()
            })
        }
        "upper" | "upper_case" => text.to_uppercase(),
        "lower" | "lower_case" => text.to_lowercase(),
        "trim" => text.trim().to_owned(),
        _ => return None,
    })
}

/// The words of a name in lower case: `HTTPServer-v2 api` is `http`, `server`, `v2`, `api`.
fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after_lower = before.is_some_and(|before| before.is_lowercase() || before.is_numeric());
        let ends_acronym = before.is_some_and(|before| before.is_uppercase())
            && letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_lower || ends_acronym) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_in_every_case() {
        let cases = |text: &str| {
            ["kebab_case", "snake_case", "pascal_case", "camel_case", "constant_case"]
                .map(|filter| filtered(text, filter).unwrap_or_default())
                .join(" ")
        };
        let expected = "user-api user_api UserApi userApi USER_API";
        for name in ["user-api", "user_api", "UserApi", "userApi", "User API", " user--api "] {
            assert_eq!(cases(name), expected, "{name}");
        }
        assert_eq!(cases("HTTPServer2go"), "http-server2go http_server2go HttpServer2go httpServer2go HTTP_SERVER2GO");
        assert_eq!(cases("straße"), "straße straße Straße straße STRASSE");
        assert_eq!(cases(""), "    ");
    }

    #[test]
    fn other_filters_look_at_letters_only() {
        let filter = |text, name| filtered(text, name).unwrap_or_default();
        assert_eq!(filter("user API", "capitalize"), "User api");
        assert_eq!(filter("user-api", "title"), "User Api");
        assert_eq!(filter("éA", "upper") + &filter("ÉA", "lower"), "ÉAéa");
        assert_eq!(filtered("x", "shell"), None);
    }
}
