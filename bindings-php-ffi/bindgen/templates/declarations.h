typedef struct FerroauthBuffer { uint64_t capacity; uint64_t len; uint8_t *data; } FerroauthBuffer;
typedef struct FerroauthBytes { int32_t len; const uint8_t *data; } FerroauthBytes;
typedef struct FerroauthStatus { int8_t code; FerroauthBuffer error_buf; } FerroauthStatus;

uint32_t {{ interface.prefix }}_uniffi_contract_version();
void {{ interface.prefix }}_rustbuffer_free(FerroauthBuffer buffer, FerroauthStatus *status);
{% for export in interface.exports %}{{ export.result.c() }} {{ export.symbol }}({{ export.c_parameters() }});
{% endfor %}
{{ fast_lane }}
