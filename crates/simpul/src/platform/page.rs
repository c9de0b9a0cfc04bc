//! What every page knows: language, who is looking, where they can go, the form token.

use std::fmt::Display;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};

use super::error::{AppError, Result};
use super::words::Lang;

tokio::task_local! {
    /// The language of the request, for errors raised where no page is at hand.
    pub static REQUEST_LANG: Lang;
}

/// The language of the request being answered; Indonesian outside one.
pub fn current_lang() -> Lang {
    REQUEST_LANG.try_with(|lang| *lang).unwrap_or_default()
}

/// Menu entries that fit a phone in two rows, beside the one that unfolds the others.
const IN_SIGHT: usize = 4;

/// One entry of the menu.
#[derive(Clone, Copy, Debug)]
pub struct NavItem {
    pub path: &'static str,
    /// Key of its words.
    pub key: &'static str,
}

/// The frame of a page; templates reach it as `p`.
#[derive(Clone, Debug)]
pub struct Page {
    pub lang: Lang,
    pub title: String,
    /// Name of the signed-in person, their role and area in words; empty for the public.
    pub viewer: Option<ViewerLine>,
    pub nav: Vec<NavItem>,
    /// Path of this page, for the language switch and the mark in the menu.
    pub path: String,
    /// Token that a form must send back; empty for the public.
    pub csrf: String,
    /// Key of a notice to show once on top, from `?pesan=`.
    pub notice: Option<String>,
    /// The database holds invented people only.
    pub synthetic: bool,
    /// Shown to administrators until the keys are exported.
    pub warning: Option<&'static str>,
}

/// Who is looking.
#[derive(Clone, Debug)]
pub struct ViewerLine {
    pub name: String,
    pub role: String,
    pub area: String,
}

impl Page {
    /// The frame for somebody who is not signed in.
    pub fn anonymous(lang: Lang, title_key: &str) -> Self {
        Self {
            lang,
            title: lang.t(title_key),
            viewer: None,
            nav: Vec::new(),
            path: String::new(),
            csrf: String::new(),
            notice: None,
            synthetic: false,
            warning: None,
        }
    }

    pub fn t(&self, key: impl AsRef<str>) -> String {
        self.lang.t(key)
    }

    pub fn t1(&self, key: impl AsRef<str>, name: &str, value: impl Display) -> String {
        self.lang.t1(key, name, value)
    }

    pub fn t2(
        &self,
        key: impl AsRef<str>,
        a: &str,
        x: impl Display,
        b: &str,
        y: impl Display,
    ) -> String {
        self.lang.t2(key, (a, x), (b, y))
    }

    pub fn date(&self, date: &jiff::civil::Date) -> String {
        super::format::date(self.lang, *date)
    }

    pub fn short_date(&self, date: &jiff::civil::Date) -> String {
        super::format::short_date(self.lang, *date)
    }

    pub fn integer(&self, number: impl TryInto<i64>) -> String {
        super::format::integer(self.lang, number.try_into().unwrap_or(i64::MAX))
    }

    /// The menu in two parts: what stands in sight, and what is folded under "more".
    pub fn menu(&self) -> (&[NavItem], &[NavItem]) {
        if self.nav.len() <= IN_SIGHT + 1 {
            return (&self.nav, &[]);
        }
        self.nav.split_at(IN_SIGHT)
    }

    /// Whether a menu entry is the page being shown.
    pub fn here(&self, path: &str) -> bool {
        self.path == path
    }
}

/// The page of an error.
#[derive(Template)]
#[template(path = "platform/templates/error.html")]
pub struct ErrorPage<'a> {
    pub p: &'a Page,
    pub message: &'a str,
}

/// A spreadsheet to keep.
pub fn spreadsheet(name: &str, book: Vec<u8>) -> Response {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let how = format!("attachment; filename=\"{name}.xlsx\"");
    file(XLSX, how, book)
}

/// A PDF to look at, print and keep.
pub fn pdf(name: &str, document: Vec<u8>) -> Response {
    let how = format!("inline; filename=\"{name}.pdf\"");
    file("application/pdf", how, document)
}

/// A file of our making. It is as personal as a page.
fn file(kind: &'static str, how: String, bytes: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, how),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// A rendered page. Pages with personal data are never kept by browsers or proxies.
pub struct Reply(Response);

impl Reply {
    /// Renders a template.
    ///
    /// # Errors
    /// When the template cannot be written: a mistake of ours.
    pub fn render(template: &impl Template) -> Result<Self> {
        Ok(Self(
            Html(template.render().map_err(AppError::internal)?).into_response(),
        ))
    }

    /// Renders a form again with what was typed and what to mend: status 422.
    ///
    /// # Errors
    /// As [`Reply::render`].
    pub fn again(template: &impl Template) -> Result<Self> {
        let mut reply = Self::render(template)?;
        *reply.0.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        Ok(reply)
    }

    /// After a form: go and see, so that a reload does not send it twice.
    pub fn see(path: impl AsRef<str>) -> Self {
        Self(axum::response::Redirect::to(path.as_ref()).into_response())
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = self.0;
        response.headers_mut().insert(
            CACHE_CONTROL,
            axum::http::HeaderValue::from_static("no-store"),
        );
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_of_a_phone_folds_what_is_not_daily() {
        let item = |path| NavItem { path, key: "" };
        let all = ["/a", "/b", "/c", "/d", "/e", "/f"].map(item);
        let mut page = Page::anonymous(Lang::Id, "");
        let folds = |page: &Page| {
            let (in_sight, more) = page.menu();
            [in_sight.len(), more.len()]
        };
        assert_eq!(folds(&page), [0, 0]);
        // To unfold a single entry would take the room of that entry.
        page.nav = all[..5].to_vec();
        assert_eq!(folds(&page), [5, 0]);
        page.nav = all.to_vec();
        assert_eq!(folds(&page), [4, 2]);
        assert_eq!(page.menu().1[0].path, "/e");
    }
}
