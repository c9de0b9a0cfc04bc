//! What a handler asks for: who is signed in, and a form that came from our page.

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;

use super::route::nav_for;
use super::session::Session;
use super::{Scope, Seen, Work, reads};
use crate::platform::form::Form;
use crate::platform::page::{Page, ViewerLine, current_lang};
use crate::platform::upload::Upload;
use crate::platform::words::Lang;
use crate::platform::{App, AppError, Id, Result};

/// The signed-in person behind a request. The route's guard has checked the role.
#[derive(Clone)]
pub struct Signed {
    app: App,
    session: Session,
    lang: Lang,
    path: String,
    notice: Option<String>,
}

impl Signed {
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn scope(&self) -> &Scope {
        &self.session.scope
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The frame of a page with the title of this key.
    pub fn page(&self, title_key: &str) -> Page {
        let scope = self.scope();
        Page {
            viewer: Some(ViewerLine {
                name: self.session.name.clone(),
                role: self.lang.t(scope.role().words()),
                area: area_in_words(scope, self.lang),
            }),
            nav: nav_for(&self.app, scope.role()),
            path: self.path.clone(),
            csrf: self.session.csrf.clone(),
            notice: self.notice.clone(),
            synthetic: self.app.part::<super::Marks>().synthetic(),
            warning: self.app.part::<super::Marks>().warning_for(scope.role()),
            ..Page::anonymous(self.lang, title_key)
        }
    }

    /// Starts a unit of work in this person's name.
    ///
    /// # Errors
    /// When the database is away or busy.
    pub async fn work(&self) -> Result<Work> {
        Work::begin(&self.app, self.scope()).await
    }

    /// Notes in the access log what the answer shows; waits until that is durable.
    ///
    /// # Errors
    /// When it could not be written: then the answer must not leave.
    pub async fn saw(&self, what: &'static str, subject: Option<Id>, records: usize) -> Result<()> {
        reads::saw(
            &self.app,
            self.scope(),
            Seen {
                what,
                subject,
                records,
            },
        )
        .await
    }

    /// The civil day here and now.
    pub fn today(&self) -> jiff::civil::Date {
        self.app.now().date_in(self.scope().zone())
    }
}

/// The area as people name it: `Pekon Sukaratu, Pringsewu`.
fn area_in_words(scope: &Scope, lang: Lang) -> String {
    let area = scope.area();
    let Some(region) = area.region() else {
        return lang.t("area-country");
    };
    let name = simpul_identity::region::name(region).unwrap_or(region.as_str());
    match area.post_number() {
        Some(post) => lang.t2("area-post", ("post", post), ("village", name)),
        None => name.to_owned(),
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let session = parts
            .extensions
            .get::<Session>()
            .cloned()
            .ok_or_else(|| AppError::Internal("a signed-in route without a guard".into()))?;
        let lang = current_lang();
        let query: Query<Vec<(String, String)>> =
            Query::try_from_uri(&parts.uri).unwrap_or_default();
        let notice = query
            .0
            .into_iter()
            .find_map(|(name, value)| (name == "pesan").then_some(value))
            .filter(|key| key.starts_with("notice-") && lang.has(key));
        Ok(Self {
            app: app.clone(),
            session,
            lang,
            path: parts.uri.path().to_owned(),
            notice,
        })
    }
}

/// A form sent by a signed-in person from one of our pages.
pub struct Posted {
    pub form: Form,
    /// The id made when the form was shown: sending it twice is one fact.
    pub id: Id,
}

impl FromRequest<App> for Posted {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let session = request.extensions().get::<Session>().cloned();
        let form = PublicForm::from_request(request, app).await?.0;
        let (form, id) = checked(form, session, app)?;
        Ok(Self { form, id })
    }
}

/// Checks the form token and reads the id.
fn checked(form: Form, session: Option<Session>, app: &App) -> Result<(Form, Id)> {
    let expected = session.ok_or(AppError::StaleForm)?.csrf;
    if expected.is_empty() || form.get("_csrf") != expected {
        return Err(AppError::StaleForm);
    }
    let id = match form.filled("_id") {
        Some(text) => text.parse().map_err(|_| AppError::StaleForm)?,
        None => app.ids().make(),
    };
    Ok((form, id))
}

/// A form with a file, sent by a signed-in person from one of our pages.
pub struct PostedFile {
    pub form: Form,
    /// As in [`Posted`].
    pub id: Id,
    /// What was sent, under whatever name; not checked yet.
    pub file: Option<Vec<u8>>,
}

impl FromRequest<App> for PostedFile {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let session = request.extensions().get::<Session>().cloned();
        let upload = Upload::from_request(request, app).await?;
        let (form, id) = checked(upload.form, session, app)?;
        let file = upload.file;
        Ok(Self { form, id, file })
    }
}

/// A form that anybody may send.
pub struct PublicForm(pub Form);

impl FromRequest<App> for PublicForm {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, app)
            .await
            .map_err(|_| AppError::StaleForm)?;
        Ok(Self(Form::from_pairs(pairs.0)))
    }
}
