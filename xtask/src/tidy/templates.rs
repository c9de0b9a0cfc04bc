//! The content security policy allows no inline script or style: templates may not count on one.

use super::Finding;
use super::tree::Tree;

const FIX: &str = "use a class of the stylesheet, or a script file that finds its element";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.of_kind("html") {
        let html = without_blocks(&file.text);
        for (offset, tag) in tags(&html) {
            if let Some(what) = inline(tag) {
                findings.push(file.finding(offset, what, FIX));
            }
        }
    }
    findings
}

fn inline(tag: &str) -> Option<String> {
    let attributes = attributes(tag);
    let has = |wanted| attributes.iter().any(|(name, _)| name == wanted);
    let name = tag
        .split(|c: char| c.is_whitespace() || c == '/')
        .next()
        .unwrap_or_default();
    match name.to_ascii_lowercase().as_str() {
        "style" => return Some("inline <style>".into()),
        "script" if !has("src") => return Some("inline <script>".into()),
        _ => {}
    }
    attributes.iter().find_map(|(name, value)| {
        let handler = name.starts_with("on") || name.starts_with("hx-on");
        let script = value
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("javascript:");
        (name == "style" || handler || script).then(|| format!("attribute `{name}`"))
    })
}

/// Template expressions, tags and comments blanked: their quotes and angles are not HTML's.
fn without_blocks(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, close)) = [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<!--", "-->")]
        .iter()
        .filter_map(|(open, close)| Some((rest.find(open)?, *close)))
        .min()
    {
        let end = rest[start..]
            .find(close)
            .map_or(rest.len(), |at| start + at + close.len());
        html += &rest[..start];
        html.extend(
            rest[start..end]
                .bytes()
                .map(|b| if b == b'\n' { '\n' } else { ' ' }),
        );
        rest = &rest[end..];
    }
    html + rest
}

/// The inside of each opening tag with its offset.
fn tags(html: &str) -> impl Iterator<Item = (usize, &str)> {
    html.match_indices('<').filter_map(|(start, _)| {
        let tag = &html[start + 1..];
        tag.starts_with(|c: char| c.is_ascii_alphabetic())
            .then(|| (start, &tag[..tag_end(tag)]))
    })
}

fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// Names in lower case with their values.
fn attributes(tag: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.find(char::is_whitespace).map_or("", |at| &tag[at..]);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let name = &rest[..rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len())];
        if name.is_empty() && !rest.starts_with('=') {
            return found;
        }
        let after = rest[name.len()..].trim_start();
        let value = match after.strip_prefix('=').map(str::trim_start) {
            None => "",
            Some(value) => {
                let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
                let inside = &value[quote.map_or(0, char::len_utf8)..];
                let ends = |c: char| quote.map_or(c.is_whitespace(), |quote| c == quote);
                &inside[..inside.find(ends).unwrap_or(inside.len())]
            }
        };
        found.push((name.to_ascii_lowercase(), value));
        rest = match value {
            "" => after.trim_start_matches(['=', '"', '\'']),
            _ => &tag[value.as_ptr() as usize - tag.as_ptr() as usize + value.len()..],
        };
        rest = rest.trim_start_matches(['"', '\'']);
    }
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn whatever_the_policy_would_block_is_caught() {
        let good = "<script src=\"/a.js\" defer></script>\n\
             <p class=\"{% if x > 3 %}on{% endif %}\" title='style=\"x\"' hidden>a &lt; b onclick=</p>\n\
             {# <style> #}<a href=\"{{ u(\"/x\") }}\" data-on=\"1\"><!-- <p style=\"\"> --></a>";
        let bad = "<p\n  style=\"color:red\">\n<BUTTON type=\"submit\" onclick=x()>\n<style>\n</style>\n\
             <script>1</script>\n<a class=\"\" href=\" javascript:x\">\n<svg><path style='x'/></svg>";
        let found = found(
            super::check,
            &[
                ("crates/simpul/src/cases/templates/good.html", good),
                ("crates/simpul/src/cases/templates/bad.html", bad),
            ],
        );
        let lines = [1, 3, 4, 6, 7, 8];
        assert_eq!(
            found,
            lines.map(|line| format!("crates/simpul/src/cases/templates/bad.html:{line}"))
        );
    }
}
