//! Streams of replies over HTTP: server-sent events, NDJSON, JSON arrays.
