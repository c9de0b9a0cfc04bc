//! One Posyandu morning: children are measured, families are asked, needs go to the Puskesos.

use std::collections::BTreeSet;

use simpul_identity::AreaCode;
use simpul_synth::{Floor, Household, Jkn, Toilet, Village, Visit, Water};

use super::people::{Home, measurement};
use super::users::Cast;
use crate::access::{Scope, Work};
use crate::cases::Need;
use crate::platform::{App, AppError, Clock, Id, Lang, Result};
use crate::posyandu::{self, EntrySource, NewDay};
use crate::screening::{
    self, Accompanied, AnswerInput, BeginInput, DeclineInput, Ending, Outcome, ReferInput,
};

/// The morning lasts four hours.
const MORNING_MS: i64 = 4 * 3_600_000;
/// More rounds of questions than any pack needs.
const MOST_ROUNDS: usize = 12;

pub(super) async fn play(
    app: &App,
    clock: &Clock,
    cast: &Cast,
    village: &Village,
    homes: &[Home],
) -> Result<()> {
    let pause = MORNING_MS / i64::try_from(village.morning.len().max(1)).unwrap_or(1);
    let mut days = Vec::new();
    for (post, kader) in village.posts.iter().zip(&cast.kader) {
        let post_area = AreaCode::post(village.area, post.number).map_err(AppError::internal)?;
        let mut work = Work::begin(app, kader).await?;
        let new = NewDay {
            id: app.ids().make(),
            post_area,
            date: village.today,
        };
        days.push(posyandu::open_day(&mut work, new).await?);
        work.commit().await?;
    }
    let mut asked = BTreeSet::new();
    for visit in &village.morning {
        let post = usize::from(visit.post) - 1;
        let kader = &cast.kader[post];
        let child = homes[visit.household].members[visit.member];
        let mut work = Work::begin(app, kader).await?;
        let id = app.ids().make();
        let new = measurement(id, child, days[post], &visit.measurement, EntrySource::Demo);
        let measured = posyandu::measure(&mut work, new).await?;
        work.commit().await?;
        clock.advance_ms(pause);
        if let Some(screening) = measured.considered.screening
            && asked.insert(screening)
        {
            let family = &village.households[visit.household];
            ask(app, kader, screening, visit, family).await?;
        }
    }
    Ok(())
}

/// The quiet table: who is there, what they allow, what they answer, what is sent.
async fn ask(
    app: &App,
    kader: &Scope,
    screening: Id,
    visit: &Visit,
    family: &Household,
) -> Result<()> {
    let guardian = visit.companion.guardian();
    let mut work = Work::begin(app, kader).await?;
    let begin = BeginInput {
        id: app.ids().make(),
        screening,
        accompanied_by: if guardian {
            Accompanied::Guardian
        } else {
            Accompanied::Other
        },
        consent_rujukan: visit.consent.filter(|_| guardian),
        consent_ukuran: visit.consent.filter(|_| guardian),
        lang: Lang::Id,
    };
    screening::begin(&mut work, begin).await?;
    if guardian {
        let outcome = answer(&mut work, screening, family).await?;
        finish(&mut work, screening, visit.consent, outcome).await?;
    }
    work.commit().await
}

async fn answer(work: &mut Work, screening: Id, family: &Household) -> Result<Outcome> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let mut outcome = screening::outcome(tx, scope, &app, screening).await?;
    for _ in 0..MOST_ROUNDS {
        if outcome.questions_left.is_empty() {
            break;
        }
        let keys = outcome
            .questions_left
            .iter()
            .map(|question| question.key.clone());
        let answers = keys.map(|key| {
            let said = says(family, &key);
            (key, said)
        });
        let input = AnswerInput {
            id: app.ids().make(),
            screening,
            answers: answers.collect(),
        };
        outcome = screening::answer(work, input).await?;
    }
    Ok(outcome)
}

async fn finish(
    work: &mut Work,
    screening: Id,
    consent: Option<bool>,
    outcome: Outcome,
) -> Result<()> {
    let id = work.app().ids().make();
    let suggested = outcome
        .suggestions
        .iter()
        .chain(&outcome.waiting_for_registry);
    let needs: BTreeSet<Need> = suggested.map(|suggestion| suggestion.need).collect();
    let why = match consent {
        Some(true) if needs.is_empty() => Ending::TidakPerlu,
        Some(true) => {
            let needs = needs.into_iter().collect();
            let input = ReferInput {
                id,
                screening,
                needs,
                note: String::new(),
            };
            screening::refer(work, input).await?;
            return Ok(());
        }
        _ => Ending::TidakBersedia,
    };
    screening::decline(work, DeclineInput { id, screening, why }).await
}

/// What a family answers; `None` where it does not know.
fn says(family: &Household, key: &str) -> Option<String> {
    let answers = &family.answers;
    let has = |test: fn(&simpul_synth::Person) -> bool| Some(family.members.iter().any(test));
    let yes = match key {
        "lewat_makan" => answers.meals_skipped,
        "kehilangan_kerja" => answers.lost_work,
        "jkn_aktif" => answers.jkn_active,
        "pernah_pbi" => Some(matches!(
            family.memberships.jkn,
            Jkn::Pbi | Jkn::PbiRemoved(_)
        )),
        "nik_kk_ada" => answers.nik_kk_known,
        "terima_pkh" => answers.receives_pkh,
        "terima_sembako" => answers.receives_sembako,
        "anak_tidak_sekolah" => answers.child_out_of_school,
        "lansia_sendiri" => answers.elderly_alone,
        "sakit_menahun" => answers.chronic_illness,
        "keluarga_berubah" => Some(answers.life_event.is_some()),
        "ada_ibu_hamil" => has(|person| person.pregnant),
        "ada_anak_sekolah" => has(|person| person.school == simpul_synth::School::Aktif),
        "rumah_layak" => Some(
            answers.floor != Floor::Earth
                && answers.toilet == Toilet::Own
                && answers.water != Water::Open,
        ),
        "terima_pmt" | "terima_blt" | "butuh_berobat" | "tanda_bahaya" | "gejala_tb" => Some(false),
        _ => None,
    };
    yes.map(|yes| if yes { "ya" } else { "tidak" }.to_owned())
}
