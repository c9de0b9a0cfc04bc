//! Whole files through the engine: bad ones, odd ones, and the same one in other orders.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;

use simpul_linkage::{Index, LinkError, Linkage, Options, Quit, Schema, Table};

const HEAD: &str = "rec_id,nik,kk,nama,nama_ibu,jk,tgl_lahir,tempat_lahir,kode_desa,alamat,telepon";

fn read(text: &[u8]) -> Result<Table, LinkError> {
    let mut table = Table::new(Schema::standard());
    table.read(text, |_| Quit::No).map(|()| table)
}

fn find(text: &str, threads: usize) -> Linkage {
    let options = Options {
        threads: NonZero::new(threads),
        ..Options::default()
    };
    let table = read(text.as_bytes()).expect("a readable file");
    Linkage::find(table, &options, |_| Quit::No).expect("nobody stops it")
}

fn id(found: &Linkage, record: usize) -> String {
    String::from_utf8_lossy(found.table.id(record)).into_owned()
}

/// The clusters of two and more, by ids.
fn clusters(found: &Linkage) -> BTreeSet<BTreeSet<String>> {
    let mut clusters: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for (record, first) in found.clusters.iter().enumerate() {
        clusters
            .entry(*first)
            .or_default()
            .insert(id(found, record));
    }
    clusters.into_values().filter(|ids| ids.len() > 1).collect()
}

fn draw(state: &mut u64, below: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

/// Families of invented people; every eighth person stands in it twice, with an error.
fn register(families: u64) -> Vec<String> {
    const GIVEN: [&str; 16] = [
        "Budi", "Siti", "Slamet", "Wahyu", "Rina", "Agus", "Dewi", "Joko", "Ratna", "Hendra",
        "Yuni", "Bayu", "Lestari", "Eko", "Murni", "Tono",
    ];
    const MORE: [&str; 16] = [
        "Santoso",
        "Aminah",
        "Riyadi",
        "Nugroho",
        "Handayani",
        "Salim",
        "Kartika",
        "Susilo",
        "Sari",
        "Gunawan",
        "Astuti",
        "Pratama",
        "Wulan",
        "Prasetyo",
        "Rahayu",
        "Hartono",
    ];
    let (mut state, mut rows) = (7_u64, Vec::new());
    for family in 0..families {
        let village = 3_204_122_001 + family / 40;
        let mother = format!(
            "{} {}",
            GIVEN[draw(&mut state, 16) as usize],
            MORE[draw(&mut state, 16) as usize]
        );
        for member in 0..4 {
            let (year, month, day) = (
                1960 + draw(&mut state, 60),
                1 + draw(&mut state, 12),
                1 + draw(&mut state, 28),
            );
            let name = format!(
                "{} {}",
                GIVEN[draw(&mut state, 16) as usize],
                MORE[draw(&mut state, 16) as usize]
            );
            let row = |id: &str, name: &str, day: u64| {
                format!(
                    "{id},3204{:02}{day:02}{month:02}{:02}{:04},320412{:06}{:04},{name},{mother},L,{year}-{month:02}-{day:02},Soreang,{village},Jl. Melati RT {:03},",
                    10 + family % 20,
                    year % 100,
                    1 + family % 900,
                    family % 1_000_000,
                    1 + family / 7,
                    family % 9,
                )
            };
            let who = format!("f{family}m{member}");
            rows.push(row(&who, &name, day));
            if (family * 4 + member).is_multiple_of(8) {
                let other = match draw(&mut state, 3) {
                    0 => name.to_uppercase(),
                    1 => name.replacen('a', "aa", 1),
                    _ => format!("H. {name}"),
                };
                rows.push(row(&format!("{who}x"), &other, day));
            }
        }
    }
    rows
}

fn file(rows: &[String]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

#[test]
fn doubles_are_found_whatever_the_threads_and_the_order_of_rows() {
    let mut rows = register(300);
    let one = find(&file(&rows), 1);
    let truth: BTreeSet<BTreeSet<String>> = (0..300_u64 * 4)
        .filter(|n| n.is_multiple_of(8))
        .map(|n| format!("f{}m{}", n / 4, n % 4))
        .map(|who| BTreeSet::from([format!("{who}x"), who]))
        .collect();
    assert_eq!(clusters(&one), truth);

    let two = find(&file(&rows), 3);
    assert_eq!(one.pairs, two.pairs);
    assert_eq!(one.clusters, two.clusters);

    rows.reverse();
    let turned = find(&file(&rows), 2);
    assert_eq!(clusters(&turned), truth);
}

/// Invented families, sons with their fathers' names among them, of whom `doubled` in a thousand
/// stand twice: how many pairs are found, how many of them rightly, and how many there are.
fn village(persons: usize, doubled: u32) -> (usize, usize, usize) {
    let (mut list, mut truth) = (Vec::new(), Vec::new());
    let rates = simpul_synth::Rates::usual();
    simpul_synth::write_doubles(3, persons, doubled, &rates, &mut list, &mut truth)
        .expect("memory takes it");
    let found = find(&String::from_utf8(list).expect("text"), 2);
    let truth = String::from_utf8(truth).expect("text");
    let lines = truth.lines().skip(1);
    let person: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(',')).collect();
    let mut sizes = BTreeMap::<&str, usize>::new();
    person
        .values()
        .for_each(|one| *sizes.entry(one).or_default() += 1);
    let of = |record| person[id(&found, record).as_str()];
    let right = found
        .pairs
        .iter()
        .filter(|pair| of(pair.left) == of(pair.right));
    let all = sizes.values().map(|n| n * (n - 1) / 2).sum();
    (found.pairs.len(), right.count(), all)
}

#[test]
fn where_hardly_anybody_stands_twice_families_stay_apart() {
    let (found, _, _) = village(20_000, 0);
    assert!(found <= 4, "{found} pairs where there are none");
    let (found, right, all) = village(20_000, 3);
    assert!(
        right * 20 >= found * 19 && right * 20 >= all * 18,
        "{right} of {found} right, {all} there"
    );
}

#[test]
fn twins_are_two_persons() {
    let mut rows = register(300);
    for (id, serial, name) in [
        ("t1", "0001", "Hasan Basri"),
        ("t2", "0002", "Husein Basri"),
    ] {
        rows.push(format!("{id},320412120419{serial},3204120101200001,{name},Siti Aminah,L,2019-04-12,Soreang,3204122001,Jl. Mawar RT 001,081234567890"));
    }
    let found = find(&file(&rows), 2);
    let known = |ids: &BTreeSet<String>| ids.contains("t1") || ids.contains("t2");
    assert!(!clusters(&found).iter().any(known));
}

#[test]
fn odd_files_are_looked_through() {
    for (what, text, records) in [
        (
            "one row",
            format!("{HEAD}\n1,,,Siti Aminah,,P,1990-01-01,,,,\n"),
            1,
        ),
        ("only a heading", format!("{HEAD}\n"), 0),
        (
            "a column all empty",
            file(&register(20)).replace("Soreang", ""),
            90,
        ),
        ("few columns", "nama,rec_id\nSiti,1\nSiti,2\n".to_owned(), 2),
        (
            "a mark before the heading",
            format!("\u{feff}{HEAD}\n1,,,Siti,,P,,,,,\n"),
            1,
        ),
    ] {
        let found = find(&text, 2);
        assert_eq!(found.table.len(), records, "{what}");
        assert_eq!(found.clusters.len(), records, "{what}");
    }
}

#[test]
fn rows_all_equal_are_one_person_or_are_reported() {
    let row = ",3204125201900003,3204120101200001,Siti Aminah,Sumiati,P,1990-01-12,Soreang,3204122001,Jl. Melati,";
    let few: Vec<String> = (0..40).map(|n| format!("{n}{row}")).collect();
    assert_eq!(clusters(&find(&file(&few), 2)).len(), 1);
    let many: Vec<String> = (0..20_000).map(|n| format!("{n}{row}")).collect();
    let found = find(&file(&many), 2);
    let counted = found
        .rules
        .iter()
        .filter(|rule| !rule.rule.contains("telepon"));
    for rule in counted {
        assert_eq!((rule.pairs, rule.left_out), (0, 20_000), "{}", rule.rule);
    }
}

#[test]
fn many_of_one_name_on_the_first_of_january_end_in_time() {
    let row = |n: u64| {
        format!(
            "{n},,,Siti Aminah,,P,1970-01-01,,{},,",
            3_204_122_001 + n % 50
        )
    };
    let rows: Vec<String> = (0..50_000).map(row).collect();
    let found = find(&file(&rows), 2);
    assert!(found.rules.iter().any(|rule| rule.left_out > 0));
    assert!(
        found.pairs.is_empty(),
        "nothing but a common name and an unknown day"
    );
}

#[test]
fn bad_files_are_refused_with_the_line() {
    for (text, said) in [
        (&b""[..], "rec_id"),
        (b"nama,nik\nSiti,1\n", "no column \"rec_id\""),
        (b"rec_id,umur\n1,3\n", "no column \"nik\""),
        (
            b"rec_id,nama\n1,Siti\n,Budi\n",
            "line 3: the record has no id",
        ),
        (b"rec_id,nama\n1,Siti\n2\n", "line 3: 1 fields"),
        (
            b"rec_id,nama\n\xff\xfe,Siti\n",
            "line 2: the id is not UTF-8",
        ),
    ] {
        let error = read(text)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains(said), "{error:?} says {said:?}");
    }
    // A name that is no text is compared as far as it goes.
    assert!(read(b"rec_id,nama\n1,Si\xffti\n").is_ok());
}

#[test]
fn two_files_are_matched_across_alone() {
    let rows = register(120);
    let (left, right): (Vec<String>, Vec<String>) = rows
        .into_iter()
        .partition(|row| !row.split(',').next().is_some_and(|id| id.ends_with('x')));
    let mut table = read(file(&left).as_bytes()).unwrap();
    table.begin_right();
    table.read(file(&right).as_bytes(), |_| Quit::No).unwrap();
    let found = Linkage::find(table, &Options::default(), |_| Quit::No).unwrap();
    assert_eq!(found.pairs.len(), right.len());
    for pair in &found.pairs {
        assert_eq!(
            format!("{}x", id(&found, pair.left)),
            id(&found, pair.right)
        );
    }
}

#[test]
fn it_stops_when_asked() {
    let table = read(file(&register(50)).as_bytes()).unwrap();
    let stopped = Linkage::find(table, &Options::default(), |_| Quit::Yes);
    assert!(matches!(stopped, Err(LinkError::Stopped)));
}

#[test]
fn an_index_knows_who_comes_again_and_keeps_its_clusters() {
    let rows = register(200);
    let mut index = Index::new(find(&file(&rows), 2));
    let values = |row: &str| -> Vec<Vec<u8>> {
        row.split(',')
            .skip(1)
            .map(|value| value.as_bytes().to_vec())
            .collect()
    };
    let known = values(&rows[5]);
    let size = index.len();
    let matches = index
        .find_matches(known.iter().map(Vec::as_slice), 0.5)
        .unwrap();
    assert_eq!(matches[0].record, 5);
    assert!(matches[0].probability > 0.99);
    assert_eq!(index.len(), size, "asking adds nothing");

    let cluster = index
        .add(b"new", known.iter().map(Vec::as_slice), 0.5)
        .unwrap();
    assert_eq!(cluster, index.cluster(5));
    index.remove(5);
    let matches = index
        .find_matches(known.iter().map(Vec::as_slice), 0.5)
        .unwrap();
    assert_eq!(
        index.id(matches[0].record),
        b"new",
        "who was taken out is nobody"
    );
    assert!(matches.iter().all(|found| found.record != 5));

    let stranger =
        values("z,,,Zubaedah Zainab,Zulaikha,P,1933-03-03,Ternate,8271012001,Kampung Baru,");
    let alone = index
        .add(b"alone", stranger.iter().map(Vec::as_slice), 0.5)
        .unwrap();
    assert_eq!(alone as usize, size + 1);
}

#[test]
fn a_report_tells_weights_and_no_values() {
    let found = find(&file(&register(200)), 2);
    let page = found.report("warga <uji>");
    assert!(page.contains("warga &lt;uji&gt;") && page.contains("Bobot bukti"));
    for value in ["Santoso", "Aminah", "SANTOSO", "Melati", "1960-"] {
        assert!(!page.contains(value), "{value} is a value of the file");
    }
}
