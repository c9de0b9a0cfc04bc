//! The day's story in numbers, counted from the records.

use jiff::civil::Date;
use simpul_identity::region;

use crate::access::{Scope, user_name};
use crate::monitoring::{Figures, Period, by_officer, by_village};
use crate::platform::words::Lang;
use crate::platform::{App, Result, format};

pub(super) async fn tell(app: &App, day: Date) -> Result<()> {
    let scope = Scope::of_viewer();
    let period = Period::day(day);
    println!("One Posyandu morning, {}", format::date(Lang::En, day));
    println!(
        "{:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "village",
        "measured",
        "findings",
        "listed",
        "asked",
        "notfound",
        "unlooked",
        "referred",
        "helped",
        "answered"
    );
    let mut total = Figures::default();
    for village in by_village(app, &scope, period).await? {
        let name = region::name(village.village).unwrap_or_default();
        let kabupaten = village
            .village
            .kabupaten()
            .and_then(region::name)
            .unwrap_or_default();
        line(
            &format!("{name}, {}", kabupaten.replace("Kabupaten", "Kab.")),
            &village.figures,
        );
        total += village.figures;
    }
    line("all", &total);
    println!("helped, answered: first help and answer on the same local day");
    let officers = by_officer(app, &scope, period).await?;
    let most: i64 = officers
        .iter()
        .map(|(_, _, opened)| *opened)
        .max()
        .unwrap_or(0);
    println!(
        "{} officers opened referrals that day, {} each at most",
        officers.len(),
        most
    );
    for (officer, day, opened) in officers.iter().take(5) {
        println!(
            "  {day}  {:<20} {opened} referrals",
            user_name(app, *officer).await?
        );
    }
    Ok(())
}

fn line(name: &str, f: &Figures) {
    println!(
        "{name:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        f.measured,
        f.findings,
        f.listed,
        f.asked,
        f.not_found,
        f.not_checked,
        f.opened,
        f.helped_same_day,
        f.answered_same_day
    );
}
