//! "Data ganda": the list of what may be one person, and the search for it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::Query;

use super::model::{DECIDERS, PairState};
use super::queue::{Cluster, clusters};
use super::search::{Run, RunState, SearchBell, ask_search, latest_run};
use super::{correction, figures, pair_page, reads};
use crate::access::{Posted, Route, Signed, Who};
use crate::platform::page::Page;
use crate::platform::{Id, Reply, Result, format};
use crate::registry::{self, Person, PersonState};

/// Groups on one list.
const SHOWN: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    let all = Who::Roles(DECIDERS);
    vec![
        Route::get("/data-ganda", all, list),
        Route::post("/data-ganda/cari", all, search),
        Route::get("/data-ganda/angka", all, figures::page),
        Route::get(
            "/data-ganda/dukcapil",
            Who::Roles(correction::ASKERS),
            correction::download,
        ),
        Route::get("/data-ganda/{id}", all, pair_page::page),
        Route::post("/data-ganda/{id}", all, pair_page::take),
    ]
}

#[derive(serde::Deserialize)]
struct Choice {
    daftar: Option<String>,
}

/// Records that may be one person, as one entry of the list.
struct Line {
    id: Id,
    names: String,
    state: PairState,
    mark: &'static str,
    benefits: i64,
    /// Rupiah a year, in words; empty for none.
    money: String,
    /// Key of the words for how likely they are one person.
    likely: Option<&'static str>,
    records: usize,
    found: String,
    /// The other pairs of the group, by names.
    others: Vec<(Id, String)>,
}

#[derive(Template)]
#[template(path = "duplicates/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    id: Id,
    run: Option<Run>,
    /// A search waits or runs.
    searching: bool,
    asked: String,
    decided: bool,
    /// May have the list for Dukcapil.
    corrects: bool,
    lines: Vec<Line>,
    waiting: i64,
    done: i64,
}

pub(super) fn chip(state: PairState) -> &'static str {
    match state {
        PairState::Waiting | PairState::Unsure => "warn",
        PairState::Same | PairState::Different => "good",
        PairState::Open | PairState::Lapsed => "",
    }
}

async fn list(signed: Signed, Query(choice): Query<Choice>) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let decided = choice.daftar.as_deref() == Some("selesai");
    let mut db = signed.app().db();
    let pairs = reads::pairs(&mut db, scope, decided).await?;
    let ids: BTreeSet<Id> = pairs
        .iter()
        .flat_map(|pair| [pair.one, pair.other])
        .collect();
    let people = registry::persons_by_id(&mut db, scope, &ids).await?;
    // A record that moved out of this area since is for whoever sees both; of one that no longer
    // stands for itself nothing can be decided.
    let there = |id: &Id| match people.get(id) {
        Some(person) => decided || stands(person),
        None => false,
    };
    let pairs = pairs
        .into_iter()
        .filter(|pair| there(&pair.one) && there(&pair.other));
    let groups = if decided {
        pairs.map(Cluster::of_one).collect()
    } else {
        clusters(pairs.collect())
    };
    let lines = groups.iter().take(SHOWN);
    let lines: Vec<Line> = lines.map(|group| line(&signed, group, &people)).collect();
    let shown = lines.iter().map(|line| line.records).sum();
    signed.saw("duplicates", None, shown).await?;
    let counts = reads::counts(&mut db, scope).await?;
    let run = latest_run(&mut db, scope).await?;
    let asked = run.as_ref().map(|run| {
        let at = run.ended_at.unwrap_or(run.asked_at);
        format::moment(lang, at.civil(scope.zone()), scope.zone())
    });
    let count = |states: &[PairState]| states.iter().filter_map(|state| counts.get(state)).sum();
    Reply::render(&ListPage {
        p: &signed.page("duplicates-title"),
        id: signed.app().ids().make(),
        searching: run.as_ref().is_some_and(Run::is_open),
        run,
        asked: asked.unwrap_or_default(),
        decided,
        corrects: correction::ASKERS.contains(&scope.role()) && scope.area().village().is_some(),
        lines,
        waiting: count(&[PairState::Open, PairState::Unsure, PairState::Waiting]),
        done: count(&[PairState::Same, PairState::Different]),
    })
}

fn stands(person: &Person) -> bool {
    !matches!(person.state, PersonState::Merged | PersonState::Erased)
}

fn line(signed: &Signed, group: &Cluster, people: &BTreeMap<Id, Person>) -> Line {
    let first = &group.pairs[0];
    let named = |ids: &mut dyn Iterator<Item = Id>| {
        let mut names: Vec<&str> = Vec::new();
        for person in ids.filter_map(|id| people.get(&id)) {
            if !names.contains(&person.name.as_str()) {
                names.push(&person.name);
            }
        }
        names.join(" · ")
    };
    let others = group.pairs[1..].iter();
    let day = first.found_at.date_in(signed.scope().zone());
    Line {
        id: first.id,
        names: named(&mut group.records.iter().copied()),
        state: first.state,
        mark: chip(first.state),
        benefits: first.benefits,
        money: match first.money {
            0 => String::new(),
            money => format::integer(signed.lang(), money),
        },
        likely: first.score.as_ref().map(super::Score::words),
        records: group.records.len(),
        found: format::short_date(signed.lang(), day),
        others: others
            .map(|pair| (pair.id, named(&mut [pair.one, pair.other].into_iter())))
            .collect(),
    }
}

/// Asks for a search; it goes on in the background, whoever leaves the page.
async fn search(signed: Signed, posted: Posted) -> Result<Reply> {
    let mut work = signed.work().await?;
    if ask_search(&mut work, posted.id).await? {
        work.commit().await?;
    }
    signed.app().part::<SearchBell>().ring();
    Ok(Reply::see("/data-ganda?pesan=notice-search-asked"))
}
