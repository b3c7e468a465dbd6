// Plain C functions beside uniffi's scaffolding, for what runs on every request; see fast_lane.rs.
const char *ferroauth_php_version(void);
void ferroauth_php_begin_request(int64_t request);
const char *ferroauth_php_verify(uint64_t verifier, const char *token, size_t length, int8_t may_fetch);
const char *ferroauth_php_client_run(int8_t operation, uint64_t client, uint64_t pending, const char *text, size_t text_length, const char *options, size_t options_length);
const char *ferroauth_php_last_error(void);
