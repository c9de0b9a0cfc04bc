//! What the phone said of a measurement beside what the server says: a difference is journalled.

use serde_json::json;
use simpul_phone::entry::Shown;

use crate::access::Work;
use crate::platform::Result;
use crate::posyandu::Measured;

/// Journals a difference. Where earlier figures came by another way meanwhile, one is to be
/// expected.
pub fn compare(work: &mut Work, shown: &Shown, measured: &Measured) -> Result<()> {
    let row = &measured.stored;
    let z = [
        row.z_len, row.z_wei, row.z_wfl, row.z_bmi, row.z_hc, row.z_ac,
    ];
    let warnings: Vec<&str> = measured.warnings().collect();
    let same = shown.z == z
        && shown.gain == row.gain
        && shown.twice == row.twice
        && shown.below_red == row.below_red
        && shown.warnings == warnings
        && shown.triggers == measured.considered.triggers
        && shown.urgency == row.urgency;
    if same {
        return Ok(());
    }
    let place = work.scope().admit(&row.area)?;
    let fact = json!({
        "measurement": row.id,
        "shown": shown,
        "said": {
            "algorithm": row.algorithm, "z": z, "gain": row.gain, "twice": row.twice,
            "below_red": row.below_red, "warnings": warnings,
            "triggers": measured.considered.triggers, "urgency": row.urgency,
        },
    });
    work.record(&place, "sync", "verdict_differs", row.person, &fact)
}
