//! A form that may bring a file. The file's name and declared type are not looked at: what it is
//! shows in its content.

use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use super::form::Form;
use super::{App, AppError, Result};

/// The largest form with a file: a photo of a common phone's camera fits.
pub const MAX_UPLOAD_BYTES: usize = 12 * 1024 * 1024;
/// More fields than any form of ours has.
const MAX_FIELDS: usize = 40;

/// The fields of a form and the file that came with it.
pub struct Upload {
    pub form: Form,
    pub file: Option<Vec<u8>>,
}

impl FromRequest<App> for Upload {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
        if !kind.starts_with("multipart/form-data") {
            let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, app)
                .await
                .map_err(|_| AppError::StaleForm)?;
            let form = Form::from_pairs(pairs.0);
            return Ok(Self { form, file: None });
        }
        let mut parts = Multipart::from_request(request, app)
            .await
            .map_err(|_| AppError::StaleForm)?;
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(part) = parts.next_field().await.map_err(|error| cut_off(&error))? {
            if pairs.len() == MAX_FIELDS {
                return Err(AppError::StaleForm);
            }
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let bytes = part.bytes().await.map_err(|error| cut_off(&error))?;
            if !is_file {
                let text = String::from_utf8(bytes.to_vec()).map_err(|_| AppError::StaleForm)?;
                pairs.push((name, text));
            } else if !bytes.is_empty() {
                file = Some(bytes.to_vec());
            }
        }
        let form = Form::from_pairs(pairs);
        Ok(Self { form, file })
    }
}

fn cut_off(error: &MultipartError) -> AppError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::Refused("upload-too-large"),
        _ => AppError::StaleForm,
    }
}
