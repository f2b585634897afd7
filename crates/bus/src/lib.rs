//! The bell.
