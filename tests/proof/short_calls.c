/* Makes every call that reads or writes do half of what it is asked for, once short_calls_begin() was called.

   Preloaded (LD_PRELOAD), it stands between a program and its C library. The kernel may do less than it is asked for in
   each of these calls, without an error; who called has to go on with the rest. The last byte is never left out, so that
   whoever goes on gets to the end. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_bool has_begun;
static atomic_ulong shortened;

void short_calls_begin(void) { has_begun = 1; }

void short_calls_end(void) { has_begun = 0; }

unsigned long short_calls(void) { return shortened; }

static size_t half_of(size_t bytes)
{
    if (!has_begun || bytes < 2)
        return bytes;
    shortened++;
    return bytes / 2;
}

/* Defines a call that has the C library's own one do half. */
#define SHORT(name, parameters, ...)                          \
    ssize_t name parameters                                   \
    {                                                         \
        static ssize_t(*next) parameters;                     \
        if (!next)                                            \
            next = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #name); \
        return next(__VA_ARGS__);                             \
    }

SHORT(read, (int file, void *to, size_t bytes), file, to, half_of(bytes))
SHORT(pread, (int file, void *to, size_t bytes, off_t at), file, to, half_of(bytes), at)
SHORT(pread64, (int file, void *to, size_t bytes, off64_t at), file, to, half_of(bytes), at)
SHORT(write, (int file, const void *from, size_t bytes), file, from, half_of(bytes))
SHORT(pwrite, (int file, const void *from, size_t bytes, off_t at), file, from, half_of(bytes), at)
SHORT(pwrite64, (int file, const void *from, size_t bytes, off64_t at), file, from, half_of(bytes), at)
SHORT(send, (int line, const void *from, size_t bytes, int flags), line, from, half_of(bytes), flags)
SHORT(recv, (int line, void *to, size_t bytes, int flags), line, to, half_of(bytes), flags)
SHORT(sendto, (int line, const void *from, size_t bytes, int flags, const struct sockaddr *there, socklen_t size),
      line, from, half_of(bytes), flags, there, size)
SHORT(recvfrom, (int line, void *to, size_t bytes, int flags, struct sockaddr *from, socklen_t *size),
      line, to, half_of(bytes), flags, from, size)
