//! All SQL of this slice.

use simpul_db::{bulk, row, statements};
use simpul_identity::AreaCode;

use super::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct JournalHead { pub seq: i64, pub hash: [u8; 32] }
}

row! {
    pub struct JournalRow {
        pub seq: i64,
        pub id: Id,
        pub at: Instant,
        pub actor: Id,
        pub area: String,
        pub slice: String,
        pub kind: String,
        pub subject: Id,
        pub payload: Vec<u8>,
        pub hash: [u8; 32],
    }
}

row! {
    pub struct SubjectRow {
        pub id: Id,
        pub at: Instant,
        pub actor: Id,
        pub kind: String,
        pub payload: Vec<u8>,
        pub wrapped: Option<Vec<u8>>,
    }
}

row! {
    pub struct UserRow {
        pub id: Id,
        pub login: String,
        pub name: String,
        pub password: String,
        pub role: Role,
        pub area: Stored<AreaCode>,
        pub active: bool,
    }
}

row! {
    pub struct SessionRow {
        pub user_id: Id,
        pub name: String,
        pub role: Role,
        pub area: Stored<AreaCode>,
        pub csrf: String,
        pub seen_at: Instant,
    }
}

row! {
    pub struct DeviceRow {
        pub id: Id,
        pub user_id: Id,
        pub name: String,
        pub role: Role,
        pub area: Stored<AreaCode>,
        pub public_key: Vec<u8>,
        pub seen_at: Instant,
    }

    pub struct DeviceLine {
        pub id: Id,
        pub user_name: String,
        pub name: String,
        pub area: Stored<AreaCode>,
        pub seen_at: Instant,
        pub skew: Option<i64>,
        pub revoked_at: Option<Instant>,
    }

    /// A phone's key, and by what it is good.
    pub struct DeviceKey {
        pub id: Id,
        pub user_id: Id,
        pub name: String,
        pub public_key: Vec<u8>,
        pub seen_at: Instant,
        pub revoked_at: Option<Instant>,
        pub active: bool,
    }

    /// A fact of an area, without what it says.
    pub struct ChangeRow {
        pub seq: i64,
        pub slice: String,
        pub kind: String,
        pub subject: Id,
    }
}

// Phones and the work of their users.
statements! {
    pub ASSIGNMENTS: system("users are no persons served") =
        "select since, role, area from assignments where user_id = $1 order by since limit 500";
    pub NOTE_ASSIGNMENT: system("users are no persons served") =
        "insert into assignments (user_id, since, role, area) values ($1, $2, $3, $4)
         on conflict (user_id, since) do update set role = excluded.role, area = excluded.area";
    pub KEEP_ASSIGNMENT: system("the page checks the administrator's area") =
        "update users set role = $2, area = $3 where id = $1";

    pub MAKE_DEVICE: system("sign-in") =
        "insert into devices (id, user_id, name, public_key, credential_hash, made_at, seen_at)
         values ($1, $2, $3, $4, $5, $6, $6)";
    pub DEVICE: system("sign-in") =
        "select d.id, d.user_id, u.name, u.role, u.area, d.public_key, d.seen_at
         from devices d join users u on u.id = d.user_id
         where d.credential_hash = $1 and d.seen_at > $2 and d.revoked_at is null and u.active";
    pub DEVICE_KEY: system("what a phone signed is checked") =
        "select d.id, d.user_id, u.name, d.public_key, d.seen_at, d.revoked_at, u.active
         from devices d join users u on u.id = d.user_id where d.id = $1";
    /// The newest first.
    pub DEVICE_KEYS: system("users are no persons served; bounds are the village around a phone") =
        "select d.id, d.user_id, u.name, d.public_key, d.seen_at, d.revoked_at, u.active
         from devices d join users u on u.id = d.user_id
         where u.area >= $1 and u.area < $2 and u.role = any($3)
         order by d.made_at desc, d.id limit 500";
    pub TOUCH_DEVICE: system("sign-in") =
        "update devices set seen_at = $2 where id = $1";
    pub NOTE_SKEW: system("a phone's clock") =
        "update devices set skew = $2, seen_at = $3 where id = $1";
    pub DEVICES_IN: system("users are no persons served; bounds are the watcher's area") =
        "select d.id, u.name as user_name, d.name, u.area, d.seen_at, d.skew, d.revoked_at
         from devices d join users u on u.id = d.user_id
         where u.area >= $1 and u.area < $2 order by d.seen_at desc, d.id limit 1000";
    pub DEVICE_IN: system("users are no persons served; bounds are the watcher's area") =
        "select count(*) from devices d join users u on u.id = d.user_id
         where d.id = $1 and u.area >= $2 and u.area < $3";
    pub REVOKE_DEVICE: system("the watcher's area was checked") =
        "update devices set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null";
}

// What changed in an area, and what a backup holds of it.
statements! {
    pub CHANGES: scoped =
        "select seq, slice, kind, subject from journal
         where kabupaten = $1 and area >= $2 and area < $3 and seq > $4 and seq <= $5
         order by seq limit $6";
    pub BACKED_UP: system("how far a backup reaches says nothing of a person") =
        "select seq from backed_up where kabupaten = $1";
    pub KEEP_BACKED_UP: system("how far a backup reaches says nothing of a person") =
        "insert into backed_up (kabupaten, seq, at) values ($1, $2, $3)
         on conflict (kabupaten) do update set seq = excluded.seq, at = excluded.at";
    pub JOURNAL_HASH: system("the chain is checked whole") =
        "select hash from journal where kabupaten = $1 and seq = $2";
    pub JOURNAL_HEADS: system("the chain is checked whole") =
        "select kabupaten, seq, hash from journal_heads order by kabupaten";
}

bulk! {
    pub SUBJECT_KEY_ROWS = "subject_keys" ["kabupaten", "subject", "wrapped"];
}

bulk! {
    pub JOURNAL_ROWS = "journal" [
        "kabupaten", "seq", "id", "at", "actor", "area", "slice", "kind", "subject", "payload",
        "hash",
    ];
    pub ACCESS_ROWS = "access_log" [
        "kabupaten", "id", "at", "actor", "what", "subject", "area", "records",
    ];
}

statements! {
    pub SETTING: system("the database itself") =
        "select value from settings where key = $1";
    pub KEEP_SETTING: system("the database itself") =
        "insert into settings (key, value) values ($1, $2)
         on conflict (key) do update set value = excluded.value";

    /// $2 numbers for kabupaten $1; $3 is the hash before the first row.
    pub TAKE_NUMBERS: system("the journal numbers all areas of a kabupaten") =
        "insert into journal_heads (kabupaten, seq, hash) values ($1, $2, $3)
         on conflict (kabupaten) do update set seq = journal_heads.seq + excluded.seq
         returning seq, hash";
    pub KEEP_HASH: system("the journal numbers all areas of a kabupaten") =
        "update journal_heads set hash = $2 where kabupaten = $1";
    pub JOURNAL_HEAD: system("the chain is checked whole") =
        "select seq, hash from journal_heads where kabupaten = $1";
    pub JOURNALS: system("the chain is checked whole") =
        "select kabupaten from journal_heads order by kabupaten";
    pub JOURNAL_AFTER: system("the chain is checked whole; payloads stay sealed") =
        "select seq, id, at, actor, area, slice, kind, subject, payload, hash
         from journal where kabupaten = $1 and seq > $2 order by seq limit 1000";
    pub JOURNAL_OF_SUBJECT: scoped =
        "select j.id, j.at, j.actor, j.kind, j.payload, k.wrapped
         from journal j
         left join subject_keys k on k.kabupaten = j.kabupaten and k.subject = j.subject
         where j.kabupaten = $1 and j.area >= $2 and j.area < $3 and j.subject = $4
         order by j.seq";
    pub SUBJECT_KEY: system("keys hold no data") =
        "select wrapped from subject_keys where kabupaten = $1 and subject = $2";
    pub SUBJECT_KEYS: system("keys hold no data") =
        "select subject, wrapped from subject_keys
         where kabupaten = $1 and subject = any($2)";
    pub DESTROY_SUBJECT_KEY: system("the place was admitted by a scope") =
        "update subject_keys set wrapped = null, erased_at = $3
         where kabupaten = $1 and subject = $2 and wrapped is not null";

    pub USER_BY_LOGIN: system("sign-in knows no area yet") =
        "select id, login, name, password, role, area, active from users where login = $1";
    pub USER_BY_ID: system("users are no persons served; the page checks the administrator's area") =
        "select id, login, name, password, role, area, active from users where id = $1";
    pub USERS_IN: system("users are no persons served; bounds are the administrator's area") =
        "select id, login, name, password, role, area, active from users
         where area >= $1 and area < $2 order by area, role, name limit 1000";
    pub USERS_AT: system("officers are no persons served; the door checks the area") =
        "select id, login, name, password, role, area, active from users
         where area = $1 order by role, name limit 200";
    pub DESK_AREAS: system("which villages have a desk is no secret") =
        "select distinct area from users
         where active and role in ('front_office', 'back_office', 'petugas', 'koordinator') order by area limit 5000";
    pub COUNT_USERS: system("whether anybody can sign in") =
        "select count(*) from users where password <> '' and active";
    pub MAKE_USER: system("users are made by administrators and invitations") =
        "insert into users (id, login, name, password, role, area, active, created_at)
         values ($1, $2, $3, $4, $5, $6, true, $7)
         on conflict (login) do nothing";
    pub KEEP_PASSWORD: system("the person itself") =
        "update users set password = $2 where id = $1";
    pub KEEP_ACTIVE: system("the page checks the administrator's area") =
        "update users set active = $2 where id = $1";
    pub USER_NAME: system("names of officers stand beside what they did") =
        "select name from users where id = $1";

    pub MAKE_SESSION: system("sign-in") =
        "insert into user_sessions (token_hash, user_id, csrf, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $4, $5)";
    pub SESSION: system("sign-in") =
        "select s.user_id, u.name, u.role, u.area, s.csrf, s.seen_at
         from user_sessions s join users u on u.id = s.user_id
         where s.token_hash = $1 and s.expires_at > $2 and u.active";
    pub TOUCH_SESSION: system("sign-in") =
        "update user_sessions set seen_at = $2, expires_at = $3 where token_hash = $1";
    pub END_SESSION: system("sign-in") =
        "delete from user_sessions where token_hash = $1";
    pub END_SESSIONS_OF: system("sign-in") =
        "delete from user_sessions where user_id = $1";
    pub DROP_OLD_SESSIONS: system("sign-in") =
        "delete from user_sessions where expires_at <= $1";

    pub FAILURE: system("lock-out") =
        "select count, locked_until from failures where subject_hash = $1";
    /// Counts a failure; from $2 on it locks until $3.
    pub COUNT_FAILURE: system("lock-out") =
        "insert into failures (subject_hash, count, locked_until)
         values ($1, 1, case when $2 <= 1 then $3 else 0 end)
         on conflict (subject_hash) do update set
           count = failures.count + 1,
           locked_until = case when failures.count + 1 >= $2 then $3 else failures.locked_until end";
    pub FORGET_FAILURES: system("lock-out") =
        "delete from failures where subject_hash = $1";

    pub MAKE_INVITATION: system("invitations") =
        "insert into invitations (token_hash, user_id, created_at, expires_at)
         values ($1, $2, $3, $4)";
    pub INVITATION: system("invitations") =
        "select user_id from invitations
         where token_hash = $1 and used_at is null and expires_at > $2";
    pub USE_INVITATION: system("invitations") =
        "update invitations set used_at = $2
         where token_hash = $1 and used_at is null and expires_at > $2";
}

#[cfg(test)]
statements! {
    pub TAMPER: system("a test of the chain") =
        "update journal set kind = 'changed' where kabupaten = $1 and seq = $2";
    pub LOGIN_OF: system("a test") = "select login from users where id = $1";
    pub READS_BY: system("a test") = "select count(*) from access_log where actor = $1";
}
