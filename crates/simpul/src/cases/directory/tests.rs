//! The directory on both engines: who keeps it, whom it serves, what a family reads of it.

use super::*;
use crate::access::{Role, Scope};
use crate::cases::Need;
use crate::cases::tests::{family, referral, send};
use crate::platform::AppError;
use crate::testing::{OTHER_VILLAGE, POST, TestApp, VILLAGE, area};

fn new(app: &TestApp, name: &str) -> NewService {
    NewService {
        id: app.app.ids().make(),
        version: 0,
        name: name.into(),
        description: String::new(),
        need: Some(Need::Pangan),
        active: true,
        organization: "Dinas Sosial".into(),
        phone: "0729 1234".into(),
        location: "Kantor dinas".into(),
        address: "Jalan Raya 1".into(),
        days: vec![Day::Senin, Day::Rabu],
        opens: "08:00".into(),
        closes: "14:30".into(),
        hours: String::new(),
        documents: vec!["Fotokopi KTP".into(), "Surat keterangan desa".into()],
        eligible: vec!["Warga kabupaten".into()],
    }
}

async fn keep(app: &TestApp, scope: &Scope, new: &NewService) -> Result<(), AppError> {
    let mut work = app.work_as(scope).await;
    keep_service(&mut work, new).await?;
    work.commit().await
}

#[tokio::test]
async fn a_service_serves_its_area_and_is_kept_by_its_area() {
    for app in TestApp::each().await {
        let lead = app.scope(Role::Koordinator).await;
        let administrator = app.scope(Role::Administrator).await;
        let wide = new(&app, "Sembako kabupaten");
        keep(&app, &administrator, &wide).await.unwrap();
        let near = new(&app, "Dapur desa");
        keep(&app, &lead, &near).await.unwrap();

        let db = &mut app.app.db();
        let names = async |scope: &Scope| {
            let db = &mut app.app.db();
            let all = services(db, scope, None).await.unwrap();
            all.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        let kader = app.scope(Role::Kader).await;
        let other = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        let far = app.scope_in(Role::Manajer, area("3503")).await;
        let both = ["Dapur desa", "Sembako kabupaten"];
        assert_eq!(names(&lead).await, both);
        assert_eq!(names(&kader).await, both);
        assert_eq!(names(&other).await, ["Sembako kabupaten"]);
        assert_eq!(names(&far).await, [""; 0]);
        assert!(service(db, &far, wide.id).await.is_err());

        // A village does not change what the kabupaten keeps; a kader changes nothing.
        let mine = NewService {
            version: 1,
            ..wide.clone()
        };
        assert!(matches!(
            keep(&app, &lead, &mine).await,
            Err(AppError::NotFound)
        ));
        assert!(matches!(
            keep(&app, &kader, &near).await,
            Err(AppError::NotFound)
        ));
        let rest = NewService {
            version: 1,
            active: false,
            days: vec![Day::Jumat],
            documents: vec!["Fotokopi KK".into()],
            ..near.clone()
        };
        keep(&app, &lead, &rest).await.unwrap();
        let stale = keep(
            &app,
            &lead,
            &NewService {
                version: 1,
                ..near.clone()
            },
        )
        .await;
        assert!(matches!(stale, Err(AppError::Conflict(_))));
        let found = service(db, &lead, near.id).await.unwrap();
        assert_eq!(found.documents, ["Fotokopi KK"]);
        assert_eq!(found.eligible, ["Warga kabupaten"]);
        assert_eq!(found.row.byday.as_deref(), Some("FR"));
        // Others are not sent to what does not run.
        assert_eq!(names(&kader).await, ["Sembako kabupaten"]);
        for wrong in [
            NewService {
                name: " ".into(),
                ..new(&app, "x")
            },
            NewService {
                opens: "8 pagi".into(),
                ..new(&app, "x")
            },
        ] {
            let refused = keep(&app, &lead, &wrong).await;
            assert!(matches!(refused, Err(AppError::Refused("service-text"))));
        }
    }
}

#[tokio::test]
async fn a_family_reads_where_to_go_and_the_slip_names_papers_only() {
    for app in TestApp::each().await {
        let administrator = app.scope(Role::Administrator).await;
        keep(&app, &administrator, &new(&app, "Sembako kabupaten"))
            .await
            .unwrap();
        let home = family(&app, POST).await;
        let client = app.client(Role::Kader).await;
        let sent = send(&app, &client.scope, referral(&app, &home, Need::Pangan))
            .await
            .unwrap();
        let slip = client.get(format!("/bukti/{}", sent.case)).await.text;
        assert!(slip.contains("Fotokopi KTP") && !slip.contains("Sembako"));
        let (code, number) = (sent.ticket.code.to_string(), sent.ticket.number.to_string());
        let fields = [("kode", code.as_str()), ("nomor", &number)];
        let page = app.anonymous().post_raw("/lacak", &fields).await.text;
        for words in [
            "Sembako kabupaten",
            "Senin, Rabu 08:00–14:30",
            "Surat keterangan desa",
        ] {
            assert!(page.contains(words), "{words}");
        }
        let db = &mut app.app.db();
        let none = services_for(db, &area(VILLAGE), Need::Perlindungan).await;
        assert!(none.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_koordinator_fills_in_the_form_and_changes_it() {
    for app in TestApp::each().await {
        let lead = app.client(Role::Koordinator).await;
        let mut form = vec![
            ("versi", "0"),
            ("nama", "Akta kelahiran"),
            ("kebutuhan", "data_kependudukan"),
            ("lembaga", "Dukcapil"),
            ("tempat", ""),
            ("hari", "MO"),
            ("hari", "TU"),
            ("buka", "08:00"),
            ("berkas", "Surat lahir\r\n\r\nFotokopi KK"),
            ("aktif", "ya"),
        ];
        let again = lead.post("/layanan/baru", &form).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(again.text.contains("Akta kelahiran"));
        form[4] = ("tempat", "Mal pelayanan");
        form.push(("_id", "019ac5d2-7a00-7000-8000-0000000000a1"));
        let kept = lead.post("/layanan/baru", &form).await.location.unwrap();
        let twice = lead.post("/layanan/baru", &form).await.location;
        assert_eq!(twice.as_ref(), Some(&kept), "two taps are one service");
        let path = kept.split('?').next().unwrap().to_owned();
        let page = lead.get(&path).await.text;
        assert!(page.contains("<li>Surat lahir</li>") && page.contains("Senin, Selasa 08:00"));
        let edit = lead.get(format!("{path}/ubah")).await.text;
        assert!(edit.contains("name=\"versi\" value=\"1\"") && edit.contains("Mal pelayanan"));
        form[0] = ("versi", "1");
        form[1] = ("nama", "Akta kelahiran anak");
        let changed = lead.post(format!("{path}/ubah"), &form).await;
        assert!(changed.status.is_redirection());
        let list = app
            .client(Role::Fasilitator)
            .await
            .get("/layanan")
            .await
            .text;
        assert!(list.contains("Akta kelahiran anak"));
    }
}
