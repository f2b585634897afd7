//! HTTP and sockets.
