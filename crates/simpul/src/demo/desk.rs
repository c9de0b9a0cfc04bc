//! The afternoon at the Puskesos: look families up, help at once, decide, answer.

use simpul_synth::Village;

use super::people::Home;
use super::users::Cast;
use crate::access::{Scope, Work};
use crate::cases::{
    self, Action, ActionInput, Day, Decider, Destination, Filter, Need, NewService,
};
use crate::duplicates::{self, Decision, Verdict};
use crate::platform::{App, Clock, Id, Result};
use crate::registry::{self, NewCheck};

const MINUTE_MS: i64 = 60_000;
/// The desk works off at most this many in its afternoon.
const MOST: u32 = 200;

pub(super) async fn play(
    app: &App,
    clock: &Clock,
    cast: &Cast,
    village: &Village,
    homes: &[Home],
) -> Result<()> {
    services(app, cast).await?;
    look_up(app, cast, village, homes).await?;
    let waiting =
        cases::incoming(&mut app.db(), &cast.petugas, Filter::default(), None, MOST).await?;
    for (number, line) in waiting.iter().enumerate() {
        clock.advance_ms(MINUTE_MS);
        let need = line.progress.need;
        for action in handled(number, need) {
            let by = if decides(&action) {
                &cast.koordinator
            } else {
                &cast.petugas
            };
            act(app, by, line.id, action).await?;
        }
    }
    Ok(())
}

/// Looks for double records, and says of the first two what they are: one pair waits for a second
/// person where a benefit is concerned, one is not clear yet.
pub(super) async fn look_for_doubles(app: &App, cast: &Cast) -> Result<()> {
    let mut work = Work::begin(app, &cast.petugas).await?;
    duplicates::ask_search(&mut work, app.ids().make()).await?;
    work.commit().await?;
    while duplicates::next_search(app).await? {}
    let pairs = duplicates::pairs(&mut app.db(), &cast.petugas, false).await?;
    for (pair, verdict) in pairs.iter().zip([Verdict::Same, Verdict::Unsure]) {
        let mut work = Work::begin(app, &cast.petugas).await?;
        let decision = Decision {
            pair: pair.id,
            seen_version: pair.version,
            verdict,
            keep: Some(pair.one),
            take: Vec::new(),
        };
        duplicates::decide(&mut work, decision).await?;
        work.commit().await?;
    }
    Ok(())
}

/// Where families go, as the koordinator noted it.
async fn services(app: &App, cast: &Cast) -> Result<()> {
    let papers = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let known = [
        (
            "Paket pangan desa",
            Need::Pangan,
            "Pemerintah desa",
            "Balai desa",
            papers(&["Fotokopi KK", "Bukti pengajuan"]),
        ),
        (
            "Administrasi kependudukan",
            Need::Data,
            "Dukcapil",
            "Kantor kecamatan",
            papers(&["Fotokopi KK", "KTP", "Surat pengantar desa"]),
        ),
        (
            "Pengurusan jaminan kesehatan",
            Need::Jaminan,
            "Dinas Sosial",
            "Puskesos",
            papers(&["Fotokopi KK", "KTP", "Surat fasilitas kesehatan"]),
        ),
    ];
    let mut work = Work::begin(app, &cast.koordinator).await?;
    for (name, need, organization, location, documents) in known {
        let service = NewService {
            id: app.ids().make(),
            version: 0,
            name: name.to_owned(),
            description: String::new(),
            need: Some(need),
            active: true,
            organization: organization.to_owned(),
            phone: String::new(),
            location: location.to_owned(),
            address: String::new(),
            days: vec![Day::Senin, Day::Rabu, Day::Jumat],
            opens: "08:00".to_owned(),
            closes: "12:00".to_owned(),
            hours: String::new(),
            documents,
            eligible: Vec::new(),
        };
        cases::keep_service(&mut work, &service).await?;
    }
    work.commit().await
}

/// Enters what SIKS-NG says of the families that wait for it: most, not all, in one afternoon.
async fn look_up(app: &App, cast: &Cast, village: &Village, homes: &[Home]) -> Result<()> {
    let waiting = registry::checks_waiting(&mut app.db(), &cast.petugas).await?;
    for line in waiting.iter().take(waiting.len() * 2 / 3) {
        let home = homes.iter().position(|home| home.id == line.household.id);
        let Some(family) = home.map(|at| &village.households[at]) else {
            continue;
        };
        let mut work = Work::begin(app, &cast.petugas).await?;
        let check = NewCheck {
            id: app.ids().make(),
            household: line.household.id,
            found: family.in_dtsen,
            decile: family.decile.filter(|_| family.in_dtsen),
            as_of: village.today,
        };
        registry::record_check(&mut work, check).await?;
        work.commit().await?;
    }
    Ok(())
}

fn decides(action: &Action) -> bool {
    matches!(action, Action::Approve { .. } | Action::Refuse { .. })
}

/// What becomes of the n-th case of the afternoon; a third waits for another day.
fn handled(number: usize, need: Need) -> Vec<Action> {
    let help = |what: &str| Action::FirstHelp {
        what: what.to_owned(),
    };
    match (number % 6, need) {
        (0 | 3, Need::Pangan) => vec![
            Action::Accept,
            help("Paket pangan desa untuk satu minggu"),
            Action::Approve {
                what: "Makanan tambahan dari dapur desa selama 90 hari".to_owned(),
                by: Decider::Puskesos,
                next: "Ambil di balai desa setiap Senin pagi, bawa bukti ini.".to_owned(),
            },
        ],
        (0, _) => vec![
            Action::Accept,
            Action::Reply {
                text: "Sudah kami terima, besok kami kunjungi.".to_owned(),
            },
        ],
        (1, Need::Jaminan) => vec![
            Action::Accept,
            Action::ReferOn {
                to: Destination::DinasSosial,
                note: "Mohon diproses untuk jaminan kesehatan.".to_owned(),
            },
        ],
        (1, _) => vec![
            Action::Accept,
            help("Didampingi mengisi berkas di kantor desa"),
        ],
        (2, _) => vec![
            Action::Accept,
            Action::AskDocuments {
                what: "Fotokopi KK dan KTP kepala keluarga".to_owned(),
            },
        ],
        (3, _) => vec![
            Action::Accept,
            Action::Approve {
                what: "Diusulkan melalui musyawarah desa".to_owned(),
                by: Decider::Desa,
                next: "Keputusan akhir ada di Kementerian Sosial; tanyakan kabarnya bulan depan."
                    .to_owned(),
            },
        ],
        _ => Vec::new(),
    }
}

async fn act(app: &App, by: &Scope, case: Id, action: Action) -> Result<()> {
    let mut work = Work::begin(app, by).await?;
    let (scope, tx) = work.parts();
    let seen_version = cases::case(tx, scope, case).await?.line.version;
    let input = ActionInput {
        id: app.ids().make(),
        case,
        seen_version,
        action,
    };
    cases::act(&mut work, input).await?;
    work.commit().await
}
