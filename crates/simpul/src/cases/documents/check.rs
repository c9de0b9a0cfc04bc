//! What a file is, by its content. Photos are decoded and written anew, so that nothing but their
//! picture is kept: no place, no time, no text hidden behind the last byte.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage, Rgba,
};

use super::DocumentForm;
use crate::platform::{AppError, Result};

/// The largest file that is taken, in bytes.
pub const MAX_FILE_BYTES: usize = 11 * 1024 * 1024;
/// More pixels than this are not unpacked: 25 million take 75 MB.
const MAX_PIXELS: u64 = 25_000_000;
/// Bytes that a decoder may take.
const MAX_MEMORY: u64 = 220 * 1024 * 1024;
/// The longer side of a kept photo, in pixels: small print stays readable.
const KEPT_SIDE: u32 = 1_800;
const JPEG_QUALITY: u8 = 80;
/// Names inside a PDF that make it act or carry other files (ISO 32000-1, 7.11.4 and 12.6.4).
const ACTIVE: [&[u8]; 10] = [
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/EmbeddedFile",
    b"/EmbeddedFiles",
    b"/OpenAction",
    b"/AA",
    b"/RichMedia",
    b"/SubmitForm",
    b"/XFA",
];

/// A file that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub(super) form: DocumentForm,
    pub(super) bytes: Vec<u8>,
}

/// Checks a file; photos become JPEG. Takes up to a second of a core and much memory: call it
/// where it blocks nobody, one at a time.
///
/// # Errors
/// [`AppError::Refused`] with the sentence that says what to bring instead.
pub fn check(raw: &[u8]) -> Result<Checked> {
    if raw.len() > MAX_FILE_BYTES {
        return Err(AppError::Refused("upload-too-large"));
    }
    let format = match raw {
        [0xff, 0xd8, 0xff, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => ImageFormat::Png,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => ImageFormat::WebP,
        [b'%', b'P', b'D', b'F', b'-', ..] => return pdf(raw),
        _ => return Err(AppError::Refused("document-unknown")),
    };
    Ok(Checked {
        form: DocumentForm::Jpeg,
        bytes: photo(raw, format)?,
    })
}

fn photo(raw: &[u8], format: ImageFormat) -> Result<Vec<u8>> {
    let broken = |_| AppError::Refused("document-broken");
    let mut reader = ImageReader::with_format(Cursor::new(raw), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(AppError::Refused("document-too-many-pixels"));
    }
    // Phones write the picture as the sensor lay and say how to turn it.
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(turned);
    if image.width().max(image.height()) > KEPT_SIDE {
        image = image.resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle);
    }
    let mut kept = Vec::new();
    JpegEncoder::new_with_quality(&mut kept, JPEG_QUALITY)
        .encode_image(&on_white(&image))
        .map_err(broken)?;
    Ok(kept)
}

/// JPEG knows no transparency: what shines through is paper.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let seen = image.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let Rgba([r, g, b, alpha]) = *seen.get_pixel(x, y);
        let over = |colour: u8| {
            let alpha = u32::from(alpha);
            let mixed = (u32::from(colour) * alpha + 255 * (255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([over(r), over(g), over(b)])
    })
}

/// A PDF stays as it is, if it is nothing but a PDF, opens without a password and names nothing
/// that acts. It is only ever handed out as a download.
fn pdf(raw: &[u8]) -> Result<Checked> {
    let end = raw.iter().rposition(|byte| !byte.is_ascii_whitespace());
    let whole = end.is_some_and(|end| raw[..=end].ends_with(b"%%EOF"));
    if !whole {
        return Err(AppError::Refused("document-broken"));
    }
    let plain = without_escapes(raw);
    if names(&plain, b"/Encrypt") {
        return Err(AppError::Refused("document-locked"));
    }
    if ACTIVE.iter().any(|name| names(&plain, name)) {
        return Err(AppError::Refused("document-active"));
    }
    Ok(Checked {
        form: DocumentForm::Pdf,
        bytes: raw.to_vec(),
    })
}

/// A name may hide its letters: `/J#53` is `/JS` (ISO 32000-1, 7.3.5).
fn without_escapes(raw: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let mut plain = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let pair = match raw[at..] {
            [b'#', high, low, ..] => hex(high).zip(hex(low)),
            _ => None,
        };
        match pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(raw[at]);
                at += 1;
            }
        }
    }
    plain
}

/// Whether a whole name stands somewhere.
fn names(plain: &[u8], name: &[u8]) -> bool {
    plain.windows(name.len()).enumerate().any(|(at, found)| {
        let next = plain.get(at + name.len());
        found == name && !next.is_some_and(u8::is_ascii_alphanumeric)
    })
}
