//! What a case is made of: needs, states, actions. Keys are stored; words are in the word files.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use simpul_db::{Cell, Column, Refused, ToValue, Value};

use super::kinds::Tier;
use crate::platform::{Id, keyed};

/// An opaque text column that holds JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Column for Json<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        let text = String::from_cell(cell)?;
        serde_json::from_str(&text)
            .map(Self)
            .map_err(|_| Refused("JSON of this program"))
    }
}

impl<T: Serialize> ToValue for Json<T> {
    const NULL: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::from(serde_json::to_string(&self.0).expect("plain data has a JSON form"))
    }
}

keyed! {
    /// What a family needs; one open case per family and need.
    pub enum Need ("need") {
        Pangan = "pangan",
        /// Health insurance.
        Jaminan = "jaminan_kesehatan",
        /// Membership of an aid programme.
        Bantuan = "bantuan_sosial",
        /// Civil registration and DTSEN.
        Data = "data_kependudukan",
        Perumahan = "perumahan",
        Pendidikan = "pendidikan",
        Perlindungan = "perlindungan",
        Lainnya = "lainnya",
    }

    /// How soon somebody must act, the least pressing first; the limits stand in the service times
    /// under the same keys.
    pub enum Urgency ("urgency") {
        Rutin = "rutin",
        Prioritas = "prioritas",
        Segera = "segera",
        Darurat = "darurat",
    }

    /// Where a case stands. A draft is not stored.
    pub enum State ("state") {
        Diajukan = "diajukan",
        Diverifikasi = "diverifikasi",
        Dirujuk = "dirujuk",
        DiterimaTujuan = "diterima_tujuan",
        Ditangani = "ditangani",
        MenungguDokumen = "menunggu_dokumen",
        Dikembalikan = "dikembalikan",
        Selesai = "selesai",
        Ditolak = "ditolak",
        Dibatalkan = "dibatalkan",
    }

    /// Who approved: with it a citizen knows whether more decisions follow.
    pub enum Decider ("decider") {
        /// The village desk gives the help itself.
        Puskesos = "puskesos",
        /// The village approves a proposal; the ministry decides in the end.
        Desa = "desa",
        /// The service that the case was referred to.
        Layanan = "layanan",
        /// The secretariat of the kabupaten gives or arranges the help.
        Kabupaten = "kabupaten",
    }

    /// Where a desk refers to.
    pub enum Destination ("destination") {
        Puskesmas = "puskesmas",
        DinasSosial = "dinas_sosial",
        Dukcapil = "dukcapil",
        BpjsKesehatan = "bpjs_kesehatan",
        Baznas = "baznas",
        DinasPendidikan = "dinas_pendidikan",
        DinasPerumahan = "dinas_perumahan",
        UptdPpa = "uptd_ppa",
        LayananLain = "layanan_lain",
    }

    /// What the back office proposes to who decides.
    pub enum Advice ("advice") {
        Setujui = "setujui",
        Tolak = "tolak",
        Jawab = "jawab",
    }

    /// Why a request is refused.
    pub enum RefusalReason ("refusal") {
        SudahTerbantu = "sudah_terbantu",
        BelumSesuai = "belum_sesuai",
        DataBelumCocok = "data_belum_cocok",
        BukanWilayah = "bukan_wilayah",
        KuotaPenuh = "kuota_penuh",
        AlasanLain = "alasan_lain",
    }

    /// What can be done with a case, without its details.
    pub enum Act ("act") {
        Accept = "accept",
        DocumentsCame = "documents_came",
        /// First help first: it stands before what takes longer.
        FirstHelp = "first_help",
        AskDocuments = "ask_documents",
        ReferOn = "refer_on",
        /// The back office proposes a decision.
        Advise = "advise",
        Approve = "approve",
        /// What was approved has reached the family.
        Received = "received",
        /// That it has was noted by mistake.
        NotReceived = "not_received",
        Answer = "answer",
        Refuse = "refuse",
        Reply = "reply",
        SendBack = "send_back",
        /// To a colleague, who is away no longer or knows it better.
        HandOver = "hand_over",
        /// From a colleague who is away.
        TakeOver = "take_over",
        /// To those above: fasilitator, supervisor, manajer.
        Escalate = "escalate",
        /// The second pair of eyes, where one officer did all.
        Review = "review",
        Cancel = "cancel",
    }
}

impl From<simpul_rules::Need> for Need {
    fn from(need: simpul_rules::Need) -> Self {
        use simpul_rules::Need as Rule;
        match need {
            Rule::Pangan => Self::Pangan,
            Rule::Kesehatan => Self::Jaminan,
            Rule::Kependudukan => Self::Data,
            Rule::Pendidikan => Self::Pendidikan,
            Rule::Sosial => Self::Perlindungan,
            Rule::Ekonomi => Self::Lainnya,
            Rule::Perumahan => Self::Perumahan,
            Rule::Bantuan => Self::Bantuan,
        }
    }
}

impl From<simpul_rules::Urgency> for Urgency {
    fn from(urgency: simpul_rules::Urgency) -> Self {
        use simpul_rules::Urgency as Rule;
        match urgency {
            Rule::Rutin => Self::Rutin,
            Rule::Prioritas => Self::Prioritas,
            Rule::Segera => Self::Segera,
            Rule::Darurat => Self::Darurat,
        }
    }
}

impl Need {
    /// Violence and neglect: such a case has no public page.
    pub fn is_restricted(self) -> bool {
        self == Self::Perlindungan
    }
}

impl Urgency {
    /// The shape of its mark.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Rutin => "wait",
            Self::Prioritas => "info",
            Self::Segera => "warn",
            Self::Darurat => "bad",
        }
    }
}

impl State {
    /// The shape of its mark.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Diajukan => "wait",
            Self::MenungguDokumen | Self::Dikembalikan => "warn",
            Self::Selesai => "good",
            Self::Ditolak | Self::Dibatalkan => "bad",
            _ => "info",
        }
    }

    /// Whether nothing but a further reply can follow.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Selesai | Self::Ditolak | Self::Dibatalkan)
    }
}

/// A step in a case. The family reads `what`, `why` and `next` on the public page, so they hold
/// neither names nor health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Action {
    /// "Saya tangani"; by a service: it took the case over.
    Accept,
    AskDocuments {
        what: String,
    },
    /// The papers are in, or what was sent back is complete.
    DocumentsCame,
    FirstHelp {
        what: String,
    },
    ReferOn {
        to: Destination,
        /// For the service alone.
        note: String,
    },
    Advise {
        to: Advice,
        why: String,
    },
    Approve {
        what: String,
        by: Decider,
        next: String,
    },
    /// The family has what was approved, or the first of it.
    Received {
        what: String,
    },
    NotReceived {
        why: String,
    },
    /// Ends a question, which needs no decision.
    Answer {
        text: String,
    },
    Refuse {
        reason_code: RefusalReason,
        why: String,
        next: String,
    },
    /// A message to who sent the case; not public.
    Reply {
        text: String,
    },
    SendBack {
        why: String,
    },
    HandOver {
        to: Id,
        why: String,
    },
    TakeOver {
        why: String,
    },
    Escalate {
        to: Tier,
        why: String,
    },
    Review {
        note: String,
    },
    Cancel {
        why: String,
    },
}

impl Action {
    pub fn act(&self) -> Act {
        match self {
            Self::Accept => Act::Accept,
            Self::AskDocuments { .. } => Act::AskDocuments,
            Self::DocumentsCame => Act::DocumentsCame,
            Self::FirstHelp { .. } => Act::FirstHelp,
            Self::ReferOn { .. } => Act::ReferOn,
            Self::Advise { .. } => Act::Advise,
            Self::Approve { .. } => Act::Approve,
            Self::Received { .. } => Act::Received,
            Self::NotReceived { .. } => Act::NotReceived,
            Self::Answer { .. } => Act::Answer,
            Self::Refuse { .. } => Act::Refuse,
            Self::Reply { .. } => Act::Reply,
            Self::SendBack { .. } => Act::SendBack,
            Self::HandOver { .. } => Act::HandOver,
            Self::TakeOver { .. } => Act::TakeOver,
            Self::Escalate { .. } => Act::Escalate,
            Self::Review { .. } => Act::Review,
            Self::Cancel { .. } => Act::Cancel,
        }
    }

    /// How the office works on it: of no concern to sender and family.
    pub fn is_inside(&self) -> bool {
        matches!(
            self,
            Self::Advise { .. }
                | Self::HandOver { .. }
                | Self::TakeOver { .. }
                | Self::Escalate { .. }
                | Self::Review { .. }
        )
    }

    /// The texts that must not be left empty, in the order of the form.
    pub fn texts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Accept | Self::DocumentsCame | Self::ReferOn { .. } => Vec::new(),
            Self::AskDocuments { what } | Self::FirstHelp { what } | Self::Received { what } => {
                vec![("what", what)]
            }
            Self::Approve { what, next, .. } => vec![("what", what), ("next", next)],
            Self::Answer { text } | Self::Reply { text } => vec![("text", text)],
            Self::Refuse { why, next, .. } => vec![("why", why), ("next", next)],
            Self::SendBack { why }
            | Self::NotReceived { why }
            | Self::Advise { why, .. }
            | Self::HandOver { why, .. }
            | Self::TakeOver { why }
            | Self::Escalate { why, .. }
            | Self::Cancel { why } => vec![("why", why)],
            Self::Review { note } => vec![("note", note)],
        }
    }
}
