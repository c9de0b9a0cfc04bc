//! Hostile files, sight, and erasure, on both engines.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::super::tests::{family, referral, send};
use super::*;
use crate::access::Role;
use crate::cases::Need;
use crate::platform::AppError;
use crate::testing::{POST, TestApp};

const EICAR: &str = concat!(
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-",
    "ANTIVIRUS-TEST-FILE!$H+H*"
);

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([220, 30, 30])
        } else {
            Rgb([30, 30, 220])
        }
    });
    let mut bytes = Vec::new();
    DynamicImage::from(image)
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

fn pdf(body: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj\n<< {body} >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n").into()
}

/// A JPEG whose first segment is EXIF with an orientation, and a text beside it.
fn with_exif(jpeg: &[u8], orientation: u8, text: &str) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(text.as_bytes());
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

fn refused(raw: &[u8]) -> &'static str {
    match check(raw) {
        Err(AppError::Refused(key)) => key,
        other => panic!("taken: {:?}", other.map(|checked| checked.form)),
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[test]
fn a_photo_is_kept_as_its_picture_alone() {
    let hidden = "GPS -5.3571 104.9690 <script>alert(1)</script>";
    let mut polyglot = with_exif(&picture(80, 40, ImageFormat::Jpeg), 6, hidden);
    polyglot.extend(b"PK\x03\x04");
    polyglot.extend(EICAR.as_bytes());
    let kept = check(&polyglot).unwrap();
    assert_eq!(kept.form, DocumentForm::Jpeg);
    for gone in ["GPS", "<script>", "PK\x03\x04", "EICAR", "Exif"] {
        assert!(!holds(&kept.bytes, gone), "{gone}");
    }
    // Orientation 6: the camera lay on its side; the red half is on top now.
    let seen = image::load_from_memory(&kept.bytes).unwrap().to_rgb8();
    assert_eq!(seen.dimensions(), (40, 80));
    let (top, bottom) = (seen.get_pixel(20, 10), seen.get_pixel(20, 70));
    assert!(top[0] > 150 && top[2] < 100, "{top:?}");
    assert!(bottom[2] > 150 && bottom[0] < 100, "{bottom:?}");
}

#[test]
fn other_photos_become_jpeg_of_a_readable_size() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let kept = check(&picture(3_000, 1_500, format)).unwrap();
        let seen = image::load_from_memory_with_format(&kept.bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((seen.width(), seen.height()), (1_800, 900));
    }
}

#[test]
fn what_is_no_paper_is_refused() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for unknown in [svg, "PK\x03\x04 a zip", EICAR, "GIF89a/*", "<html>", ""] {
        assert_eq!(refused(unknown.as_bytes()), "document-unknown", "{unknown}");
    }
    let jpeg = picture(64, 64, ImageFormat::Jpeg);
    assert_eq!(refused(&jpeg[..20]), "document-broken");
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n"), "document-broken");
    assert_eq!(refused(b"RIFF\0\0\0\0WEBPVP8 "), "document-broken");
    let big = vec![0xff; 12 * 1024 * 1024];
    assert_eq!(refused(&big), "upload-too-large");
}

/// 60,000 x 60,000 pixels would take 10 GB: the size alone is read.
#[test]
fn a_bomb_is_not_unpacked() {
    let mut png = picture(1, 1, ImageFormat::Png);
    for side in [16, 20] {
        png[side..side + 4].copy_from_slice(&60_000_u32.to_be_bytes());
    }
    let sum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&sum);
    assert_eq!(refused(&png), "document-too-many-pixels");
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn a_pdf_that_acts_or_is_something_else_too_is_refused() {
    let good = check(&pdf("/Type /Catalog /JSON (not a script)")).unwrap();
    assert_eq!(good.form, DocumentForm::Pdf);
    for acting in [
        "/OpenAction << /S /JavaScript >>",
        "/AA 3 0 R",
        "/S /J#61vaScript",
        "/#4aS (app.alert(1))",
        "/Names << /EmbeddedFiles 2 0 R >>",
        "/S /Launch",
    ] {
        assert_eq!(refused(&pdf(acting)), "document-active", "{acting}");
    }
    assert_eq!(refused(&pdf("/Encrypt 5 0 R")), "document-locked");
    let zip = [pdf(""), b"PK\x03\x04".to_vec()].concat();
    assert_eq!(refused(&zip), "document-broken");
    assert_eq!(refused(b"%PDF-1.4 cut off"), "document-broken");
}

#[tokio::test]
async fn papers_are_sealed_seen_in_scope_and_erased_with_their_key() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let case = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap()
            .case;
        let (desk, other) = (
            app.client(Role::Petugas).await,
            app.client(Role::Kader).await,
        );
        let path = format!("/rujukan/{case}/berkas");
        let photo = picture(60, 40, ImageFormat::Png);
        let sent = desk.upload(&path, &[("jenis", "ktp")], &photo).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = desk.get(&path).await;
        assert!(page.text.contains("KTP"), "{}", page.text);
        let scope = app.scope(Role::Petugas).await;
        let found = documents(&mut app.app.db(), &scope, case).await.unwrap();
        let id = found[0].id;
        let paper = format!("/berkas/{id}");
        let shown = desk.get(&paper).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert_eq!(shown.header("content-type"), "image/jpeg");
        assert!(shown.header("content-security-policy").contains("sandbox"));
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert_eq!(other.get(&paper).await.status, StatusCode::NOT_FOUND);
        let manager = app.client(Role::Manajer).await;
        assert_eq!(manager.get(&paper).await.status, StatusCode::OK);

        let svg = b"<svg onload=alert(1)>";
        let again = desk.upload(&path, &[("jenis", "kk")], svg).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("tidak dikenal"));

        let gone = desk.post(format!("{paper}/hapus"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert_eq!(desk.get(&paper).await.status, StatusCode::NOT_FOUND);
        assert!(desk.get(&path).await.text.contains("Sudah dihapus"));
        let kabupaten = "1810";
        let sealed = vec![0; 64];
        let opened = crate::access::open_for(&app.app, kabupaten, id, id.as_bytes(), &sealed).await;
        assert!(opened.unwrap().is_none(), "the key is gone");
    }
}

#[tokio::test]
async fn a_pdf_is_handed_out_and_a_paper_sent_twice_is_one() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let case = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap()
            .case;
        let scope = app.scope(Role::Petugas).await;
        let new = NewDocument {
            id: app.app.ids().make(),
            case,
            kind: DocumentKind::Surat,
            content: check(&pdf("")).unwrap(),
        };
        for _ in 0..2 {
            let mut work = app.work_as(&scope).await;
            keep_document(&mut work, new.clone()).await.unwrap();
            work.commit().await.unwrap();
        }
        let other = NewDocument {
            content: check(&pdf("/Type /Catalog")).unwrap(),
            ..new.clone()
        };
        let mut work = app.work_as(&scope).await;
        let conflict = keep_document(&mut work, other).await;
        assert!(matches!(conflict, Err(AppError::Conflict(_))));
        drop(work);
        let shown = app
            .client(Role::Koordinator)
            .await
            .get(format!("/berkas/{}", new.id))
            .await;
        assert!(
            shown
                .header("content-disposition")
                .starts_with("attachment")
        );
        assert!(shown.text.starts_with("%PDF-1.4"));

        let mut work = app.work_as(&scope).await;
        let area = crate::testing::area(POST);
        let erased = erase_documents(&mut work, &area, family.household)
            .await
            .unwrap();
        work.commit().await.unwrap();
        assert_eq!(erased, 1);
        let found = documents(&mut app.app.db(), &scope, case).await.unwrap();
        assert!(found[0].erased_at.is_some());
    }
}
