//! Calls that leave the house.
