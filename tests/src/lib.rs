//! Tests through HTTP and sockets live in `it/`; this library is empty on purpose.
