//! Seeded synthetic villages.
