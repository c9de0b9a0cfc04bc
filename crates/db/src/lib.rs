//! SQLite and PostgreSQL behind one SQL text.
