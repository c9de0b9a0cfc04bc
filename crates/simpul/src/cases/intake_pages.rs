//! One form for whatever a person brings, at the desk, in the field, by telephone, or by
//! themselves on the public page.

use askama::Template;
use axum::extract::{Path, State as Held};
use simpul_identity::{AreaCode, Phone};

use super::intake::{NewIntake, Reporter, note_agreement, reporters, take_in};
use super::kinds::{About, Category, Channel, Field, Kind, Nature, Speaker};
use super::model::Urgency;
use super::slip::village_name;
use super::transitions::MAX_TEXT;
use super::{Opened, Ticket};
use crate::access::{
    Marks, Posted, PublicForm, Role, Route, Scope, Signed, Who, Work, villages_with_desk,
};
use crate::platform::form::Form;
use crate::platform::page::{Page, current_lang};
use crate::platform::words::Lang;
use crate::platform::{App, AppError, Id, Reply, Result};
use crate::registry::{self, Purpose};

pub(super) const BRINGERS: &[Role] = super::doors::SENDERS;
/// Those of them who see the families of their area.
pub(super) const OF_FAMILIES: &[Role] = &[
    Role::Kader,
    Role::Bidan,
    Role::Fasilitator,
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Manajer,
];
/// Who may open the sealed name of a reporter.
pub(super) const OPENERS: &[Role] = &[Role::Koordinator, Role::Manajer];
/// An emergency has a page of its own.
const URGENCIES: &[Urgency] = &[Urgency::Rutin, Urgency::Prioritas, Urgency::Segera];
const CHANNELS: &[Channel] = &[Channel::Meja, Channel::Lapangan, Channel::Telepon];

pub(super) fn routes() -> Vec<Route> {
    let (bring, of_families) = (Who::Roles(BRINGERS), Who::Roles(OF_FAMILIES));
    vec![
        Route::get("/keperluan", bring, ask),
        Route::post("/keperluan", bring, bring_in),
        Route::get("/keluarga/{id}/keperluan", of_families, ask_for),
        Route::post("/keluarga/{id}/keperluan", of_families, bring_for),
        Route::get("/rujukan/{id}/pelapor", Who::Roles(OPENERS), who),
        Route::get("/lapor", Who::Public, ask_public),
        Route::post("/lapor", Who::Public, bring_public),
    ]
}

#[derive(Template)]
#[template(path = "cases/templates/intake.html")]
struct IntakePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    /// Where the form is sent.
    action: String,
    home: Option<Id>,
    /// The family by its head.
    family: Option<String>,
    /// Whether a citizen fills it in alone.
    public: bool,
    villages: Vec<(String, String)>,
    /// Whether the family has agreed before.
    agreed: bool,
}

#[derive(Template)]
#[template(path = "cases/templates/kept.html")]
struct KeptPage<'a> {
    p: &'a Page,
    ticket: Option<Ticket>,
    address: String,
}

/// The fields of the form, for whom they are.
struct Reading<'a> {
    form: &'a mut Form,
    lang: Lang,
    public: bool,
}

impl Reading<'_> {
    fn one<T: std::str::FromStr>(&mut self, field: &str) -> Option<T> {
        self.form
            .read(field, self.lang, "case-choose", |key| key.parse().ok())
    }

    fn or<T: std::str::FromStr>(&mut self, field: &str) -> Option<T> {
        self.form
            .read_optional(field, self.lang, "case-choose", |key| key.parse().ok())
    }

    /// Who reports; nobody has to say.
    fn reporter(&mut self) -> Option<Reporter> {
        let name = self.form.get("nama").to_owned();
        let phone = self
            .form
            .read_optional("hp", self.lang, "intake-phone", |text| {
                Phone::parse(text).ok().map(|_| text.to_owned())
            });
        (!name.is_empty() || phone.is_some()).then(|| Reporter {
            name,
            phone: phone.unwrap_or_default(),
        })
    }

    fn intake(&mut self, id: Id, household: Option<Id>) -> Option<NewIntake> {
        let kind = self
            .one("jenis")
            .filter(|kind| Kind::BROUGHT.contains(kind));
        let field = self.one("bidang");
        let note = self.form.read("isi", self.lang, "case-text", |text| {
            (1..=MAX_TEXT)
                .contains(&text.chars().count())
                .then(|| text.to_owned())
        });
        let (nature, category) = (self.or::<Nature>("sifat"), self.or::<Category>("kategori"));
        let about = self.or::<About>("pejabat");
        let (urgency, channel, speaker) = if self.public {
            let sent = (Urgency::Rutin, Channel::Halaman, Speaker::Sendiri);
            (Some(sent.0), Some(sent.1), Some(sent.2))
        } else {
            (self.one("kapan"), self.one("cara"), self.one("penutur"))
        };
        let village = self.or::<AreaCode>("desa");
        let reporter = self.reporter();
        if about.is_some() && kind.is_some_and(|kind| kind != Kind::Pengaduan) {
            self.form.wrong("pejabat", self.lang.t("intake-about"));
        }
        let proxy = speaker.is_some_and(|speaker: Speaker| speaker != Speaker::Sendiri);
        if household.is_some() && proxy && !self.form.chosen("izin", "ya") {
            self.form
                .wrong("izin", self.lang.t("intake-consent-needed"));
        }
        if self.form.has_errors() {
            return None;
        }
        Some(NewIntake {
            id,
            kind: kind?,
            household: household.filter(|_| about.is_none()),
            village,
            field: field?,
            nature,
            urgency: urgency?,
            channel: channel?,
            speaker: speaker?,
            category,
            about,
            note: note?,
            reporter,
        })
    }
}

async fn ask(signed: Signed) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, &Form::new(), fresh, None).await
}

async fn ask_for(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, &Form::new(), fresh, Some(id)).await
}

async fn show(signed: &Signed, form: &Form, fresh: Id, household: Option<Id>) -> Result<Reply> {
    let (scope, mut db) = (signed.scope(), signed.app().db());
    let (mut family, mut agreed) = (None, false);
    if let Some(id) = household {
        registry::household(&mut db, scope, id).await?;
        let mut heads = registry::heads(&mut db, scope, &[id]).await?;
        family = Some(super::pages::family_name(heads.remove(&id), signed.lang()));
        let consent = registry::consent(&mut db, scope, id, None, Purpose::Rujukan).await?;
        agreed = consent.is_some_and(|consent| consent.answer);
        signed.saw("intake", Some(id), 1).await?;
    }
    let action = match household {
        Some(id) => format!("/keluarga/{id}/keperluan"),
        None => "/keperluan".to_owned(),
    };
    let villages = match scope.area().village() {
        Some(_) => Vec::new(),
        None => villages(&mut db, Some(scope)).await?,
    };
    let p = signed.page("intake-title");
    answer(&IntakePage {
        p: &p,
        form,
        id: fresh,
        action,
        home: household,
        family,
        public: false,
        villages,
        agreed,
    })
}

fn answer(page: &IntakePage<'_>) -> Result<Reply> {
    if page.form.has_errors() {
        Reply::again(page)
    } else {
        Reply::render(page)
    }
}

/// Villages with a desk, by code and name.
pub(super) async fn villages(
    db: &mut impl simpul_db::Source,
    within: Option<&Scope>,
) -> Result<Vec<(String, String)>> {
    let all = villages_with_desk(db).await?;
    let near = all
        .iter()
        .filter(|area| within.is_none_or(|scope| scope.admit(area).is_ok()));
    Ok(near
        .map(|area| (area.to_string(), village_name(area)))
        .collect())
}

async fn bring_in(signed: Signed, posted: Posted) -> Result<Reply> {
    bring(&signed, posted, None).await
}

async fn bring_for(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    registry::household(&mut signed.app().db(), signed.scope(), id).await?;
    bring(&signed, posted, Some(id)).await
}

async fn bring(signed: &Signed, posted: Posted, household: Option<Id>) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let mut reading = Reading {
        form: &mut form,
        lang,
        public: false,
    };
    let Some(new) = reading.intake(posted.id, household) else {
        return show(signed, &form, posted.id, household).await;
    };
    let past_the_village = new.about.is_some();
    let mut work = signed.work().await?;
    if let Some(household) = new.household
        && form.chosen("izin", "ya")
    {
        let id = signed.app().ids().make();
        note_agreement(&mut work, id, (household, new.speaker), lang).await?;
    }
    match take_in(&mut work, new, None).await {
        Ok(opened) => {
            work.commit().await?;
            // Whoever wrote it down for the kabupaten in a village does not see it again.
            if past_the_village && signed.scope().area().village().is_some() {
                return kept(&signed.page("kept-title"), signed.app(), &opened, true);
            }
            let case = opened.case;
            Ok(Reply::see(format!(
                "/rujukan/{case}?pesan=notice-case-kept"
            )))
        }
        Err(AppError::Refused(key)) => {
            form.wrong("isi", lang.t(key));
            show(signed, &form, posted.id, household).await
        }
        Err(error) => Err(error),
    }
}

fn kept(p: &Page, app: &App, opened: &Opened, open: bool) -> Result<Reply> {
    Reply::render(&KeptPage {
        p,
        ticket: open.then_some(opened.ticket),
        address: format!("{}/lacak", app.config().public_url),
    })
}

#[derive(Template)]
#[template(path = "cases/templates/reporter.html")]
struct ReporterPage<'a> {
    p: &'a Page,
    case: Id,
    found: Vec<Reporter>,
}

async fn who(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let mut work = signed.work().await?;
    let found = reporters(&mut work, id).await?;
    // The access log is written by another connection: it waits for nobody who writes here.
    drop(work);
    signed.saw("reporter", Some(id), found.len()).await?;
    Reply::render(&ReporterPage {
        p: &signed.page("reporter-title"),
        case: id,
        found,
    })
}

fn frame(app: &App, title: &str) -> Page {
    Page {
        path: "/lapor".to_owned(),
        synthetic: app.part::<Marks>().synthetic(),
        ..Page::anonymous(current_lang(), title)
    }
}

async fn ask_public(Held(app): Held<App>) -> Result<Reply> {
    let fresh = app.ids().make();
    show_public(&app, &Form::new(), fresh).await
}

async fn show_public(app: &App, form: &Form, id: Id) -> Result<Reply> {
    answer(&IntakePage {
        p: &frame(app, "public-intake-title"),
        form,
        id,
        action: "/lapor".to_owned(),
        home: None,
        family: None,
        public: true,
        villages: villages(&mut app.db(), None).await?,
        agreed: false,
    })
}

async fn bring_public(Held(app): Held<App>, PublicForm(mut form): PublicForm) -> Result<Reply> {
    app.part::<super::Doorbell>().ring(app.now())?;
    let lang = current_lang();
    let id: Id = form.get("_id").parse().map_err(|_| AppError::StaleForm)?;
    let mut db = app.db();
    let known = villages_with_desk(&mut db).await?;
    let village = form.read("desa", lang, "intake-village", |code| {
        code.parse().ok().filter(|area| known.contains(area))
    });
    let new = Reading {
        form: &mut form,
        lang,
        public: true,
    }
    .intake(id, None);
    let (Some(village), Some(new)) = (village, new) else {
        return show_public(&app, &form, id).await;
    };
    let mut work = Work::begin(&app, &Scope::of_program_at(village)).await?;
    let restricted = new.field.need().is_restricted();
    match take_in(&mut work, new, None).await {
        Ok(opened) => {
            work.commit().await?;
            kept(&frame(&app, "kept-title"), &app, &opened, !restricted)
        }
        Err(AppError::Refused(key)) => {
            form.wrong("isi", lang.t(key));
            show_public(&app, &form, id).await
        }
        Err(error) => Err(error),
    }
}
