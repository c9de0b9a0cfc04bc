//! Who works in the demo: everybody of a village, and those above it.

use simpul_identity::{AreaCode, RegionCode, region};
use simpul_synth::Village;

use crate::access::{self, NewUser, Role, Scope, Work};
use crate::platform::{App, AppError, Result};

/// The password of every invented user.
pub(super) const PASSWORD: &str = "latihan-simpul";
/// The village (by its place among the pilots) whose users have the short, printed logins:
/// Pringsewu.
pub(super) const PRINTED: u64 = 2;

/// The people of one village's day.
pub(super) struct Cast {
    /// One for each post, in order of number.
    pub kader: Vec<Scope>,
    pub petugas: Scope,
    pub koordinator: Scope,
}

/// The login that is printed for a role.
pub(super) fn login(role: Role) -> String {
    role.key().replace('_', ".")
}

pub(super) async fn password_hash() -> Result<String> {
    access::hash_password(PASSWORD.to_owned()).await
}

/// The users who belong to no village.
pub(super) async fn nationwide(app: &App, password: &str) -> Result<()> {
    let mut work = Work::begin(app, &Scope::of_program()).await?;
    for role in [Role::Pemantau, Role::Administrator] {
        user(&mut work, role, AreaCode::NATION, &login(role), password).await?;
    }
    work.commit().await
}

/// The users of a village, its kecamatan and kabupaten.
pub(super) async fn cast(
    app: &App,
    village: &Village,
    printed: bool,
    password: &str,
) -> Result<Cast> {
    let kabupaten = village.area.kabupaten().ok_or(AppError::NotFound)?;
    let kecamatan = village.area.kecamatan().ok_or(AppError::NotFound)?;
    let named = |role: Role| {
        if printed {
            login(role)
        } else {
            format!("{}.{}", login(role), short_name(kabupaten))
        }
    };
    let mut work = Work::begin(app, &Scope::of_program()).await?;
    let mut kader = Vec::new();
    for post in &village.posts {
        let area = AreaCode::post(village.area, post.number).map_err(AppError::internal)?;
        let first = named(Role::Kader);
        let login = if post.number == 1 {
            first
        } else {
            format!("{first}.{}", post.number)
        };
        kader.push(user(&mut work, Role::Kader, area, &login, password).await?);
    }
    let mut of = async |role: Role, area: RegionCode| {
        user(&mut work, role, area.into(), &named(role), password).await
    };
    of(Role::Bidan, village.area).await?;
    of(Role::KepalaDesa, village.area).await?;
    of(Role::Fasilitator, village.area).await?;
    of(Role::Mitra, village.area).await?;
    of(Role::Supervisor, kecamatan).await?;
    of(Role::Manajer, kabupaten).await?;
    of(Role::PengelolaProgram, kabupaten).await?;
    of(Role::FrontOffice, kabupaten).await?;
    of(Role::BackOffice, kabupaten).await?;
    let petugas = of(Role::Petugas, village.area).await?;
    let koordinator = of(Role::Koordinator, village.area).await?;
    work.commit().await?;
    Ok(Cast {
        kader,
        petugas,
        koordinator,
    })
}

/// `maros` of Kabupaten Maros.
fn short_name(kabupaten: RegionCode) -> String {
    let name = region::name(kabupaten).unwrap_or_default();
    name.split(' ')
        .skip(1)
        .collect::<Vec<_>>()
        .join("")
        .to_lowercase()
}

async fn user(
    work: &mut Work,
    role: Role,
    area: AreaCode,
    login: &str,
    password: &str,
) -> Result<Scope> {
    let name = work_name(role, area);
    let new = NewUser {
        login: login.to_owned(),
        name,
        role,
        area,
    };
    access::make_user_with_password(work, &new, password).await?;
    access::scope_of_login(work.tx(), login).await
}

/// An invented name; of those who work in one village nobody shares theirs.
fn work_name(role: Role, area: AreaCode) -> String {
    const NAMES: [&str; 16] = [
        "Sri Lestari",
        "Dewi Anggraini",
        "Wayan Sukarta",
        "Nurhayati",
        "Agus Setiawan",
        "Rahmawati",
        "Budi Hartono",
        "Siti Aminah",
        "Yuliana Siregar",
        "Hendra Gunawan",
        "Endang Susilowati",
        "Ahmad Fauzi",
        "Maria Goreti",
        "Bambang Irawan",
        "Fitriani",
        "Suparno",
    ];
    // The kader of further posts stand behind the roles.
    let post = area.post_number().map_or(0, usize::from);
    let place = if post > 1 {
        Role::ALL.len() + post
    } else {
        role as usize
    };
    let region: usize = area.as_str().bytes().take(5).map(usize::from).sum();
    NAMES[(place + region) % NAMES.len()].to_owned()
}
