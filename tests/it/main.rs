//! Tests through HTTP and sockets.
