//! Three-valued rules with explanations, open questions, working-day clocks.
