//! Where a letter is set: our templates, our fonts, the letter, and nothing else. There is no file
//! system, no network, no package and no clock that a template could ask.

use qrcode::QrCode;
use qrcode::render::svg;
use typst::World;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::letter::{Kind, Letter};

const TEMPLATES: [(&str, &str); 3] = [
    ("letter.typ", include_str!("../templates/letter.typ")),
    ("rujukan.typ", include_str!("../templates/rujukan.typ")),
    (
        "keterangan.typ",
        include_str!("../templates/keterangan.typ"),
    ),
];

const FONTS: [&[u8]; 3] = [
    include_bytes!("../../../data/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../data/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../data/fonts/NotoSansJavanese-Regular.ttf"),
];

/// Why there is no PDF. Texts say where, never what: it may be about a person.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the code is too long")]
    Code,
    #[error("the template stops at {0}")]
    Template(String),
}

struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    /// What templates may read besides each other.
    data: [(&'static str, Bytes); 2],
}

/// Sets a letter.
///
/// # Errors
/// [`Fault::Code`] when the content of the code does not fit one; [`Fault::Template`] for a mistake
/// of a template.
pub fn print(letter: &Letter) -> Result<Vec<u8>, Fault> {
    let desk = Desk::of(letter)?;
    let set: PagedDocument = typst::compile(&desk)
        .output
        .map_err(|all| desk.fault(&all))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Simpul".to_owned())),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&set, &options).map_err(|all| desk.fault(&all))
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The name of a file of ours; `None` in a package.
fn name(id: FileId) -> Option<&'static str> {
    let path = id.get();
    (*path.root() == VirtualRoot::Project).then(|| path.vpath().get_without_slash())
}

impl Desk {
    fn of(letter: &Letter) -> Result<Self, Fault> {
        let fonts = FONTS
            .into_iter()
            .flat_map(|font| Font::iter(Bytes::new(font)));
        let fonts: Vec<Font> = fonts.collect();
        let main = match letter.kind {
            Kind::Rujukan => "rujukan.typ",
            Kind::Keterangan | Kind::TandaTerima => "keterangan.typ",
        };
        let json = serde_json::to_vec(letter).expect("a letter is plain JSON");
        let code = letter.qr.as_ref().map(|qr| code(&qr.content)).transpose()?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: file(main),
            data: [
                ("letter.json", Bytes::new(json)),
                ("qr.svg", Bytes::from_string(code.unwrap_or_default())),
            ],
        })
    }

    /// The first place that a template complains about.
    fn fault(&self, all: &[typst::diag::SourceDiagnostic]) -> Fault {
        use typst::WorldExt as _;
        let place = all.iter().find_map(|one| {
            let file = name(one.span.id()?)?;
            Some(format!("{file}, bytes {:?}", self.range(one.span)?))
        });
        Fault::Template(place.unwrap_or_else(|| "an unknown place".to_owned()))
    }
}

/// A code as a drawing.
fn code(content: &str) -> Result<String, Fault> {
    let code = QrCode::new(content).map_err(|_| Fault::Code)?;
    Ok(code.render::<svg::Color>().quiet_zone(false).build())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = TEMPLATES.iter().find(|(own, _)| name(id) == Some(own));
        let (_, text) = found.ok_or(FileError::AccessDenied)?;
        Ok(Source::new(id, (*text).to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.data.iter().find(|(own, _)| name(id) == Some(own));
        let (_, bytes) = found.ok_or(FileError::AccessDenied)?;
        Ok(bytes.clone())
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
