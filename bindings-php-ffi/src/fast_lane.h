// Plain C functions beside uniffi's scaffolding, for the one path that runs on every request; see fast_lane.rs.
const char *ferroauth_php_version(void);
void ferroauth_php_begin_request(int64_t request);
const char *ferroauth_php_verify(uint64_t verifier, const char *token, size_t length);
const char *ferroauth_php_last_error(void);
