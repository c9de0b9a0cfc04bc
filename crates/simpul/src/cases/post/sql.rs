//! SQL of what a desk sends to the post.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::{PostReason, PostState};
use crate::access::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct PostReferralRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub household: Id,
        pub person: Option<Id>,
        pub reason: PostReason,
        pub state: PostState,
        pub due_at: Instant,
        pub sent_by: Id,
        pub sent_role: Role,
        pub at: Instant,
        pub reply: String,
        pub acted: Option<bool>,
        pub next: String,
        pub answered_by: Option<Id>,
        pub answered_role: Option<Role>,
        pub answered_at: Option<Instant>,
        pub closed_at: Option<Instant>,
    }
}

macro_rules! referrals {
    ($rest:literal) => {
        concat!(
            "select id, area, household, person, reason, state, due_at, sent_by, sent_role, at,
                    reply, acted, next, answered_by, answered_role, answered_at, closed_at
             from post_referrals
             where kabupaten = $1 and area >= $2 and area < $3 ",
            $rest
        )
    };
}

statements! {
    pub MAKE_POST_REFERRAL: system("the place was admitted by a scope") =
        "insert into post_referrals (kabupaten, id, area, household, person, reason, state, due_at,
                                     sent_by, sent_role, at, reply, next)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '')
         on conflict do nothing";
    pub POST_REFERRAL: scoped = referrals!("and id = $4");
    pub OPEN_POST_REFERRALS: scoped = referrals!(
        "and closed_at is null order by due_at, id limit 200"
    );
    pub POST_REFERRALS_OF: scoped = referrals!(
        "and household = $4 order by at desc, id limit 50"
    );
    /// $5: the state that was seen.
    pub ANSWER_POST_REFERRAL: scoped =
        "update post_referrals set state = $6, reply = $7, acted = $8, next = $9, answered_by = $10,
                answered_role = $11, answered_at = $12
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and state = $5";
    pub CLOSE_POST_REFERRAL: scoped =
        "update post_referrals set state = 'ditutup', closed_at = $5
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4
           and state in ('dijawab', 'ditolak') and closed_at is null";
    pub MOVE_POST_REFERRALS: scoped =
        "update post_referrals set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and closed_at is null";
}
