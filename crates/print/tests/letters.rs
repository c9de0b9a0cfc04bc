//! The program as it is started: what comes out is a PDF, read again by another library than the
//! one that wrote it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use hayro::hayro_interpret::font::Glyph;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::hayro_syntax::Pdf;
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_interpret::*;
use hayro::vello_cpu::kurbo::{Affine, BezPath, Point, Rect};
use simpul_print::letter::{Kind, Letter, Pair, Qr, Signature};

fn pair(label: &str, value: &str) -> Pair {
    Pair {
        label: label.into(),
        value: value.into(),
    }
}

fn letter(kind: Kind) -> Letter {
    let officer = Signature {
        role: "Petugas Puskesos".into(),
        name: "Uji Petugas".into(),
    };
    let hand = Signature {
        role: "Yang menyerahkan".into(),
        name: String::new(),
    };
    Letter {
        kind,
        head: vec![
            "PUSAT KESEJAHTERAAN SOSIAL (PUSKESOS)".into(),
            "Pajaresuk".into(),
            "Pringsewu, Kabupaten Pringsewu".into(),
        ],
        title: "Surat keterangan".into(),
        number: pair("Nomor", "007/PUSKESOS/XI/2026"),
        to: (kind == Kind::Rujukan).then(|| pair("Kepada Yth.", "Puskesmas atau Pustu")),
        opening: "Yang bertanda tangan di bawah ini menerangkan:".into(),
        facts: vec![
            pair("Nama kepala keluarga", "Suminah"),
            pair("Alamat", "Jalan Kenanga, RT 001/RW 002"),
        ],
        text: "Untuk keperluan sekolah.\nBaris kedua.".into(),
        closing: "Demikian surat ini dibuat.".into(),
        place_and_day: "Pajaresuk, 16 November 2026".into(),
        signatures: match kind {
            Kind::TandaTerima => vec![hand, officer],
            _ => vec![officer],
        },
        qr: Some(Qr {
            content: "https://simpul.example/lacak#0123456789A".into(),
            words: "Kode bukti: 0123-4567-89A".into(),
        }),
    }
}

fn run(arguments: &[&str], json: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_simpul-print"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // A program that stops at once does not read to the end.
    let mut input = child.stdin.take().expect("its input");
    let _ = input.write_all(json);
    drop(input);
    child.wait_with_output().expect("its output")
}

fn print(letter: &Letter) -> Vec<u8> {
    let output = run(&[], &serde_json::to_vec(letter).expect("JSON"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    output.stdout
}

/// Notes what is drawn and where.
#[derive(Default)]
struct Reader {
    text: String,
    /// Right of every glyph.
    right: f64,
    /// Lines of drawings.
    lines: usize,
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'a>,
        _: &GlyphDrawMode,
    ) {
        match glyph.as_unicode() {
            Some(BfString::Char(one)) => self.text.push(one),
            Some(BfString::String(more)) => self.text.push_str(&more),
            None => self.text.push('\u{fffd}'),
        }
        let width = match glyph {
            Glyph::Outline(outline) => outline.advance_width().unwrap_or(0.0),
            Glyph::Type3(_) => 0.0,
        };
        let end = transform * glyph_transform * Point::new(f64::from(width), 0.0);
        self.right = self.right.max(end.x);
    }

    fn draw_path(&mut self, path: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {
        self.lines += path.elements().len();
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn read_page(page: &Page<'_>) -> Reader {
    let (width, height) = page.render_dimensions();
    assert_eq!((width.round(), height.round()), (595.0, 842.0), "A4");
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    let mut reader = Reader::default();
    interpret_page(page, &mut context, &mut reader);
    reader
}

/// Each page's text without spaces, and how far it reaches to the right.
fn read(pdf: Vec<u8>) -> Vec<Reader> {
    let pdf = Pdf::new(pdf).expect("a PDF");
    let pages = pdf.pages().iter().map(|page| {
        let mut reader = read_page(page);
        reader.text = squeezed(&reader.text);
        reader
    });
    pages.collect()
}

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|one| !one.is_whitespace() && *one != '\u{200b}')
        .collect()
}

fn all(pages: &[Reader]) -> String {
    pages.iter().map(|page| page.text.as_str()).collect()
}

#[test]
fn each_form_says_what_came_in() {
    for kind in [Kind::Rujukan, Kind::Keterangan, Kind::TandaTerima] {
        let letter = letter(kind);
        let pages = read(print(&letter));
        assert_eq!(pages.len(), 1, "{kind:?}");
        let page = &pages[0];
        let mut expected: Vec<&str> = letter.head.iter().map(String::as_str).collect();
        for pair in letter
            .facts
            .iter()
            .chain(&letter.to)
            .chain([&letter.number])
        {
            expected.extend([&*pair.label, &*pair.value]);
        }
        for one in &letter.signatures {
            expected.extend([&*one.role, &*one.name]);
        }
        expected.extend([
            &*letter.opening,
            "Untuk keperluan sekolah.",
            "Baris kedua.",
            &letter.closing,
            &letter.place_and_day,
            "Kode bukti: 0123-4567-89A",
        ]);
        for words in expected {
            assert!(
                page.text.contains(&squeezed(words)),
                "{kind:?} lacks {words}: {}",
                page.text
            );
        }
        let title = squeezed(&letter.title);
        assert!(page.text.contains(&title) || page.text.contains(&title.to_uppercase()));
        assert!(page.lines > 500, "the code is drawn: {}", page.lines);
        let dotted = page.text.contains("......");
        assert_eq!(dotted, kind == Kind::TandaTerima, "room to sign by hand");
    }
}

#[test]
fn without_a_code_none_is_drawn() {
    let letter = Letter {
        qr: None,
        ..letter(Kind::Keterangan)
    };
    assert!(read(print(&letter))[0].lines < 50);
}

#[test]
fn hostile_text_is_text() {
    let markup = concat!(
        "#eval(\"1+1\") #import \"/etc/passwd\" #read(\"/etc/passwd\") #image(\"x.png\") $x^2$ ",
        "*tebal* _miring_ = Judul <label> @ref `kode` // komentar /* juga */ \\u{41} \\ -- --- ~ ",
        "#while true {} #panic() #sys.version #{ [x] } ]) \"kutip\" 'satu' <b>html</b> %s {0}",
    );
    let letter = Letter {
        text: markup.into(),
        title: "#panic()".into(),
        facts: vec![pair("#pagebreak()", markup)],
        signatures: vec![Signature {
            role: "#set page(width: 1cm)".into(),
            name: "*Uji*".into(),
        }],
        ..letter(Kind::Keterangan)
    };
    let pages = read(print(&letter));
    assert_eq!(pages.len(), 1);
    let text = all(&pages);
    assert_eq!(text.matches(&squeezed(markup)).count(), 2, "{text}");
    for as_it_stands in ["#PANIC()", "#pagebreak()", "#setpage(width:1cm)", "*Uji*"] {
        assert!(text.contains(as_it_stands), "{as_it_stands}: {text}");
    }
}

#[test]
fn long_words_break_and_long_texts_go_on() {
    let word = "pertanggungjawaban".repeat(30);
    let many: String = (0..1_500).map(|n| format!("kata{n} ")).collect();
    let letter = Letter {
        text: format!("{word}\n\n{many}"),
        head: vec![word.clone()],
        facts: vec![pair(&word, &word)],
        ..letter(Kind::Keterangan)
    };
    assert!(letter.text.len() > 10_000);
    let pages = read(print(&letter));
    assert!(pages.len() > 2, "{} pages", pages.len());
    let text = all(&pages);
    for said in ["kata0kata1", "kata1499", &*format!("1/{}", pages.len())] {
        assert!(text.contains(said), "{said}");
    }
    // A4 less the margin of 2.5 cm.
    let edge = 595.3 - 70.8;
    for page in &pages {
        assert!(
            page.right <= edge + 0.5,
            "text runs out of the page: {}",
            page.right
        );
    }
    let signed = pages.last().unwrap();
    for together in ["PetugasPuskesos", "UjiPetugas", "Kodebukti"] {
        assert!(signed.text.contains(together), "{together}");
    }
}

#[test]
fn other_scripts_are_set_and_what_no_font_has_does_no_harm() {
    let javanese = "ꦲꦏ꧀ꦱꦫꦗꦮ";
    let letter = Letter {
        text: format!("{javanese} dan 👩‍👩‍👧 \u{202e}terbalik\u{202c} \u{7} é “kutip” – selesai"),
        ..letter(Kind::Keterangan)
    };
    let text = all(&read(print(&letter)));
    // Vowels are drawn before what they follow: each sign is there, in whatever order.
    for sign in javanese.chars().filter(|sign| sign.is_alphabetic()) {
        assert!(text.contains(sign), "{sign}: {text}");
    }
    for as_typed in ["terbalik", "é“kutip”–selesai"] {
        assert!(text.contains(as_typed), "{as_typed}: {text}");
    }
}

#[test]
fn what_is_no_letter_is_refused_without_a_word_of_it() {
    let mut unknown = serde_json::to_value(letter(Kind::Keterangan)).unwrap();
    unknown["rahasia"] = "Suminah".into();
    let mut wrong = serde_json::to_value(letter(Kind::Keterangan)).unwrap();
    wrong["kind"] = "Suminah".into();
    let mut code = letter(Kind::Keterangan);
    code.qr.as_mut().unwrap().content = "Suminah".repeat(1_000);
    for json in [
        unknown.to_string(),
        wrong.to_string(),
        serde_json::to_string(&code).unwrap(),
        "Suminah".to_owned(),
        String::new(),
        format!("\"{}", "Suminah".repeat(300_000)),
    ] {
        let output = run(&[], json.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("simpul-print: "), "{said}");
        assert!(!said.contains("Suminah"), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_holds_it_to_its_limits() {
    let json = serde_json::to_vec(&letter(Kind::Keterangan)).unwrap();
    assert!(run(&["--memory", "256"], &json).status.success());
    let output = run(&["--memory", "32"], &json);
    assert!(
        !output.status.success(),
        "32 MiB are not enough for fonts and pages"
    );
    // A word of a megabyte takes some seconds; it gets one.
    let long = Letter {
        text: "kata".repeat(250_000),
        ..letter(Kind::Keterangan)
    };
    let output = run(
        &["--memory", "4096", "--seconds", "1"],
        &serde_json::to_vec(&long).unwrap(),
    );
    use std::os::unix::process::ExitStatusExt as _;
    let signal = output.status.signal();
    // SIGXCPU, or SIGKILL where both limits are the same.
    assert!(matches!(signal, Some(24 | 9)), "{}", output.status);
    assert!(output.stdout.is_empty());
}
