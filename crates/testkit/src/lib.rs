//! TestDesk.
