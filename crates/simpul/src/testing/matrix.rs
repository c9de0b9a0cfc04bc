//! Every route with every role, in its area and far away: taken from the table of routes itself.

use axum::http::{Method, StatusCode};

use super::fixture::{Fixture, SECRETS};
use super::{OTHER_KABUPATEN_VILLAGE, TestApp, area};
use crate::access::{Role, Route, Who};
use crate::app::SLICES;
use crate::platform::Id;

/// A route's path with a record of the fixture in it; `None` when it needs a sample here.
fn sample(path: &str, fixture: &Fixture, user: Id) -> Option<String> {
    let records: [(&str, Id); 8] = [
        ("/keluarga/{id}", fixture.household),
        ("/puskesos/cek/{household}", fixture.household),
        ("/tanya/{id}", fixture.screening),
        ("/posyandu/hari/{id}", fixture.day),
        ("/anak/{id}", fixture.child),
        ("/ukuran/{id}", fixture.measurement),
        ("/rujukan/{id}", fixture.case),
        ("/pengguna/{id}", user),
    ];
    let more = [
        ("/bukti/{id}", fixture.case),
        ("/bidan/{id}", fixture.measurement),
        ("/pemutakhiran/{id}", fixture.update),
        ("/pemutakhiran/beda/{id}", fixture.conflict),
        ("/perangkat/{id}", fixture.device),
        ("/berkas/{id}", fixture.document),
        ("/sanggah/{id}", fixture.objection),
        ("/kabar/{id}", fixture.notice),
        ("/surat/{id}", fixture.letter),
        ("/antrean/{id}", fixture.visit),
        ("/antrean/jadwal/{id}", fixture.visiting),
        ("/data-ganda/{id}", fixture.pair),
        ("/darurat/{id}", fixture.emergency),
        ("/ke-pos/{id}", fixture.post_referral),
        ("/layanan/{id}", fixture.service),
        ("/puskesos/tugas/{id}", fixture.absence),
    ];
    if !path.contains('{') {
        return Some(path.to_owned());
    }
    records.into_iter().chain(more).find_map(|(pattern, id)| {
        let rest = path.strip_prefix(pattern)?;
        Some(format!(
            "{}{rest}",
            pattern.split('{').next()?.to_owned() + &id.to_string()
        ))
    })
}

/// Far from the fixture, an area that this role may have.
fn far(role: Role) -> simpul_identity::AreaCode {
    let digits = role.area_lengths().last().copied().unwrap_or(4);
    area(&format!("{OTHER_KABUPATEN_VILLAGE}001")[..digits.max(4)])
}

async fn send(
    app: &TestApp,
    fixture: &Fixture,
    role: Role,
    far_away: bool,
    (route, path): (&Route, &str),
) -> (StatusCode, String) {
    let place = if far_away {
        far(role)
    } else {
        TestApp::area_of(role)
    };
    let client = app.client_in(role, place).await;
    // What some forms say before their record is looked at.
    let child = fixture.child.to_string();
    let said = [
        ("act", "accept"),
        ("versi", "1"),
        ("jawaban", "ya"),
        ("tujuan", "rujukan"),
        ("anak", &child),
    ];
    let answer = if route.method == Method::GET {
        client.get(path).await
    } else {
        client.post(path, &said).await
    };
    (answer.status, answer.text)
}

#[tokio::test]
async fn every_route_holds_its_roles_and_areas() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        app.refer_on(fixture.case).await;
        let user = app.scope(Role::Kader).await.user();
        for route in SLICES.iter().flat_map(|slice| (slice.routes)()) {
            let Who::Roles(roles) = route.who else {
                continue;
            };
            let named = format!("{} {}", route.method, route.path);
            let path = sample(route.path, &fixture, user)
                .unwrap_or_else(|| panic!("{named} has no sample in testing/matrix.rs"));
            let record = route.path.contains('{');
            for &role in Role::ALL {
                if !roles.contains(&role) {
                    let (status, _) = send(&app, &fixture, role, false, (&route, &path)).await;
                    assert_eq!(status, StatusCode::NOT_FOUND, "{named} as {role:?}");
                    continue;
                }
                let (status, text) = send(&app, &fixture, role, true, (&route, &path)).await;
                if record {
                    assert_eq!(
                        status,
                        StatusCode::NOT_FOUND,
                        "{named} as {role:?} far away"
                    );
                }
                for secret in SECRETS {
                    assert!(
                        !text.contains(secret),
                        "{named} as {role:?} far away shows a person"
                    );
                }
            }
            let anonymous = app.anonymous();
            let refused = if route.method == Method::GET {
                anonymous.get(&path).await
            } else {
                anonymous.post_raw(&path, &[]).await
            };
            assert!(!refused.status.is_success(), "{named} for anybody");
            assert!(
                SECRETS.iter().all(|secret| !refused.text.contains(secret)),
                "{named}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_refused_to_others_exists_for_those_allowed() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        app.refer_on(fixture.case).await;
        let user = app.scope(Role::Kader).await.user();
        for route in SLICES.iter().flat_map(|slice| (slice.routes)()) {
            let Who::Roles(roles) = route.who else {
                continue;
            };
            let path = sample(route.path, &fixture, user).expect("a sample");
            let mut there = false;
            for &role in roles {
                let (status, _) = send(&app, &fixture, role, false, (&route, &path)).await;
                let broken = status == StatusCode::FORBIDDEN || status.is_server_error();
                assert!(
                    !broken,
                    "{} {} as {role:?}: {status}",
                    route.method, route.path
                );
                there |= status != StatusCode::NOT_FOUND;
            }
            assert!(there, "{} {} is there for nobody", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn a_route_of_phones_asks_for_a_good_credential() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (device, credential) = app.phone(&kader).await;
        let phone = app.with_credential(&credential);
        let routes = || SLICES.iter().flat_map(|slice| (slice.routes)());
        for route in routes().filter(|route| matches!(route.who, Who::Phone)) {
            let person = app.client(Role::Kader).await;
            let stranger = person.json(&route.method, route.path, "{}").await;
            assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{}", route.path);
            let answer = phone.json(&route.method, route.path, "{}").await;
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{}", route.path);
            assert!(!answer.status.is_server_error(), "{}", route.path);
        }
        let supervisor = app.client(Role::Supervisor).await;
        supervisor
            .post(format!("/perangkat/{device}/cabut"), &[])
            .await;
        for route in routes().filter(|route| matches!(route.who, Who::Phone)) {
            let answer = phone.json(&route.method, route.path, "{}").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", route.path);
        }
    }
}

#[tokio::test]
async fn every_page_is_written_in_both_languages() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        app.refer_on(fixture.case).await;
        let user = app.scope(Role::Kader).await.user();
        for route in SLICES.iter().flat_map(|slice| (slice.routes)()) {
            // The field app chooses its language by itself.
            if route.method != Method::GET || route.path.starts_with("/lapangan") {
                continue;
            }
            let roles = match route.who {
                Who::Public => &[Role::Kader][..],
                Who::Roles(roles) => roles,
                Who::Phone => continue,
            };
            let Some(path) = sample(route.path, &fixture, user) else {
                continue;
            };
            for &role in roles {
                let indonesian = app.client(role).await.get(&path).await;
                let english = app.client(role).await.in_english().get(&path).await;
                assert_eq!(indonesian.status, english.status, "{path}");
                // A file is no page.
                let page = indonesian.header("content-type").starts_with("text/html");
                if !indonesian.status.is_success() || !page {
                    continue;
                }
                let named = format!("{} as {role:?}", route.path);
                assert!(indonesian.text.contains("<html lang=\"id\">"), "{named}");
                assert!(english.text.contains("<html lang=\"en\">"), "{named}");
                for text in [&indonesian.text, &english.text] {
                    let left = missing_words(text);
                    assert!(left.is_empty(), "{named}: keys without words: {left:?}");
                }
            }
        }
    }
}

/// Texts between tags that look like a key of the word files: `case-state`, `nav-users`.
fn missing_words(html: &str) -> Vec<&str> {
    let key = |text: &&str| {
        text.len() > 5
            && text.contains('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            && !text.starts_with('-')
    };
    html.split('>')
        .filter_map(|part| part.split('<').next())
        .map(str::trim)
        .filter(key)
        .collect()
}
