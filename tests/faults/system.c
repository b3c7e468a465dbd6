/* What the fault runner puts between a host process and its operating system (LD_PRELOAD): a name service, one public
 * address, and a wall clock that jumps. So the hosts run as their users have them, with the resolver, the sockets and the
 * clock that they always use, and no network and no rights are needed.
 *
 *   missing.faults.test     does not resolve
 *   *.silent.faults.test    resolves to nothing after SILENCE seconds, as behind a name server that does not answer
 *   private.faults.test     is 127.0.0.1
 *   *.rebind.faults.test    is a public address the first time that this process asks, 127.0.0.1 from then on
 *   *.public.faults.test    is the public address
 *
 * A connection to the public address goes to 127.0.0.1 and says that its peer is the public one. FAULTS_CLOCK names a file
 * of one 64-bit number: the seconds by which CLOCK_REALTIME differs from the machine's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define PUBLIC_ADDRESS "8.8.8.8"
#define SILENCE 2
#define DOMAIN ".faults.test"
#define MAX_NAMES 4096
#define MAX_DESCRIPTORS 65536

/* The machine's own function of this name, looked up once. */
#define REAL(name)                                                                                                              \
    static __typeof__(&name) real;                                                                                              \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcasecmp(text + length - tail, end) == 0;
}

/* How often this process has asked for a name before. */
static int asked_before(const char *name) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static char *names[MAX_NAMES];
    int found = 0, i;
    pthread_mutex_lock(&lock);
    for (i = 0; i < MAX_NAMES && names[i] && !found; i++) found = strcasecmp(names[i], name) == 0;
    if (!found && i < MAX_NAMES) names[i] = strdup(name);
    pthread_mutex_unlock(&lock);
    return found;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    REAL(getaddrinfo);
    struct addrinfo numeric = {0};
    const char *address = "127.0.0.1";
    if (!node || !ends_with(node, DOMAIN)) return real(node, service, hints, found);
    if (ends_with(node, "silent" DOMAIN)) sleep(SILENCE);
    if (ends_with(node, "missing" DOMAIN) || ends_with(node, "silent" DOMAIN)) return EAI_NONAME;
    if (ends_with(node, ".public" DOMAIN)) address = PUBLIC_ADDRESS;
    if (ends_with(node, ".rebind" DOMAIN) && !asked_before(node)) address = PUBLIC_ADDRESS;
    if (hints) numeric = *hints;
    numeric.ai_family = AF_INET;
    numeric.ai_flags = AI_NUMERICHOST;
    return real(address, service, &numeric, found);
}

/* PHP loads libraries so that they find the C library before us; they shall not. */
void *dlopen(const char *path, int mode) {
    REAL(dlopen);
    return real(path, mode & ~RTLD_DEEPBIND);
}

/* Which descriptors are connected to the public address. */
static volatile char is_public[MAX_DESCRIPTORS];

int connect(int descriptor, const struct sockaddr *to, socklen_t length) {
    REAL(connect);
    const struct sockaddr_in *wanted = (const struct sockaddr_in *)to;
    struct sockaddr_in here;
    int redirected = length >= sizeof here && to->sa_family == AF_INET && wanted->sin_addr.s_addr == inet_addr(PUBLIC_ADDRESS);
    if (descriptor >= 0 && descriptor < MAX_DESCRIPTORS) is_public[descriptor] = (char)redirected;
    if (!redirected) return real(descriptor, to, length);
    here = *wanted;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return real(descriptor, (struct sockaddr *)&here, sizeof here);
}

int getpeername(int descriptor, struct sockaddr *restrict peer, socklen_t *restrict length) {
    REAL(getpeername);
    int result = real(descriptor, peer, length);
    if (result == 0 && descriptor < MAX_DESCRIPTORS && is_public[descriptor] && peer->sa_family == AF_INET)
        ((struct sockaddr_in *)peer)->sin_addr.s_addr = inet_addr(PUBLIC_ADDRESS);
    return result;
}

static const volatile int64_t *offset;

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("FAULTS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) offset = mapped;
    if (file >= 0) close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int result = real(clock, now);
    if (result == 0 && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *offset;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(gettimeofday);
    int result = real(now, zone);
    if (result == 0 && offset) now->tv_sec += *offset;
    return result;
}

time_t time(time_t *out) {
    REAL(time);
    time_t now = real(NULL) + (offset ? *offset : 0);
    if (out) *out = now;
    return now;
}
