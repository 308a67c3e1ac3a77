// Preloaded into the daemon: its calls of the system pass here, and one of them fails (control.hpp).
//
// Without exceptions, streams or containers: malloc is one of the calls.
#include "test/faults/control.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>

namespace {

using namespace had::faults;

Control* control = nullptr;
thread_local bool inside = false;             // what the library itself calls does not count
int (*daemons_main)(int, char**, char**) = nullptr;
bool in_main = false;

struct Inside {
    Inside() { inside = true; }
    ~Inside() { inside = false; }
};

void note_place(Call call, int nth) {
    void* frames[Control::depth];
    const int size = ::backtrace(frames, Control::depth);
    std::uint64_t hash = 14695981039346656037ULL;
    for (int i = 0; i < size; ++i) hash = (hash ^ reinterpret_cast<std::uintptr_t>(frames[i])) * 1099511628211ULL;
    const std::size_t at = control->places_seen++;
    if (at < Control::most_places) control->places[at] = {call, nth, hash};
}

// 0: the call is made as it is.  Else an errno, or cut_short.
int fault(Call call) {
    if (!control || inside || !in_main) return 0;
    const Mode mode = control->mode;
    if (mode == Mode::off) return 0;
    const Inside guard;
    const int before = errno;
    const bool is_daemon = ::getpid() == control->daemon;
    if (is_daemon != (control->role == Role::daemon)) return 0;
    const int nth = ++control->counts[static_cast<std::size_t>(call)];
    if (mode == Mode::record) {
        note_place(call, nth);
        errno = before;
        return 0;
    }
    const int more = control->error == twice ? 1 : 0;
    if (call != control->call || nth < control->nth || nth > control->nth + more) return 0;
    control->stack_size = ::backtrace(control->stack.data(), Control::depth);
    ++control->hits;
    return control->error == twice ? ENOMEM : control->error.load();
}

// A datagram goes whole or not at all.
bool is_stream(int fd) {
    int type = 0;
    socklen_t length = sizeof type;
    const Inside guard;
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type == SOCK_STREAM;
}

template <class F>
F* next(const char* name) {
    return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

template <class R, class... A>
R pass(Call call, R failed, R (*real)(A...), A... arguments) {
    const int error = fault(call);
    if (error <= 0) return real(arguments...);
    errno = error;
    return failed;
}

std::size_t less(std::size_t size) { return size > 1 ? size / 2 : size; }

__attribute__((constructor)) void join() {
    void* frame[1];
    ::backtrace(frame, 1);                    // which loads its library now, and not within a malloc
    const char* path = std::getenv(control_variable);
    if (!path) return;
    const int fd = ::open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (at != MAP_FAILED) control = static_cast<Control*>(at);
}

} // namespace

// A call under its name: its kind, what it returns when it fails, and how it is declared.
#define FAULTY(kind, failed, result, name, parameters, ...)                                              \
    extern "C" result name parameters {                                                                  \
        static auto* const real = next<result parameters>(#name);                                        \
        const int error = fault(Call::kind);                                                             \
        if (error <= 0) return real(__VA_ARGS__);                                                        \
        errno = error;                                                                                   \
        return failed;                                                                                   \
    }
// The same, of one that moves bytes and may move fewer.
#define FAULTY_BYTES(kind, result, name, parameters, size, ...)                                          \
    extern "C" result name parameters {                                                                  \
        static auto* const real = next<result parameters>(#name);                                        \
        const int error = fault(Call::kind);                                                             \
        if (error == cut_short && is_stream(fd)) size = less(size);                                      \
        if (error <= 0) return real(__VA_ARGS__);                                                        \
        errno = error;                                                                                   \
        return -1;                                                                                       \
    }
#define MODE_OF(last)                                                                                    \
    va_list list;                                                                                        \
    va_start(list, last);                                                                                \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0;                      \
    va_end(list)

#define FAULTY_OPEN(name)                                                                                \
    extern "C" int name(const char* path, int flags, ...) {                                              \
        MODE_OF(flags);                                                                                  \
        static auto* const real = next<int(const char*, int, mode_t)>(#name);                            \
        return pass(Call::open, -1, real, path, flags, mode);                                            \
    }
#define FAULTY_OPENAT(name)                                                                              \
    extern "C" int name(int fd, const char* path, int flags, ...) {                                      \
        MODE_OF(flags);                                                                                  \
        static auto* const real = next<int(int, const char*, int, mode_t)>(#name);                       \
        return pass(Call::open, -1, real, fd, path, flags, mode);                                        \
    }
FAULTY_OPEN(open)
FAULTY_OPEN(open64)
FAULTY_OPENAT(openat)
FAULTY_OPENAT(openat64)
FAULTY(open, -1, int, __open_2, (const char* path, int flags), path, flags)
FAULTY(open, -1, int, __open64_2, (const char* path, int flags), path, flags)
FAULTY(open, -1, int, __openat_2, (int fd, const char* path, int flags), fd, path, flags)
FAULTY(open, -1, int, __openat64_2, (int fd, const char* path, int flags), fd, path, flags)
FAULTY(open, nullptr, FILE*, fopen, (const char* path, const char* how), path, how)
FAULTY(open, nullptr, FILE*, fopen64, (const char* path, const char* how), path, how)
FAULTY(opendir, nullptr, DIR*, opendir, (const char* path), path)
FAULTY(opendir, nullptr, DIR*, fdopendir, (int fd), fd)

FAULTY_BYTES(read, ssize_t, read, (int fd, void* to, std::size_t size), size, fd, to, size)
FAULTY_BYTES(read, ssize_t, pread, (int fd, void* to, std::size_t size, off_t at), size, fd, to, size, at)
FAULTY_BYTES(read, ssize_t, pread64, (int fd, void* to, std::size_t size, off_t at), size, fd, to, size, at)
FAULTY(read, -1, ssize_t, __read_chk, (int fd, void* to, std::size_t size, std::size_t room), fd, to, size, room)
FAULTY(read, -1, ssize_t, __pread_chk, (int fd, void* to, std::size_t size, off_t at, std::size_t room), fd, to,
       size, at, room)
FAULTY_BYTES(write, ssize_t, write, (int fd, const void* from, std::size_t size), size, fd, from, size)
FAULTY_BYTES(write, ssize_t, pwrite, (int fd, const void* from, std::size_t size, off_t at), size, fd, from, size, at)
FAULTY_BYTES(write, ssize_t, pwrite64, (int fd, const void* from, std::size_t size, off_t at), size, fd, from, size,
             at)
FAULTY(write, -1, ssize_t, writev, (int fd, const struct iovec* from, int count), fd, from, count)

FAULTY(rename, -1, int, rename, (const char* from, const char* to), from, to)
FAULTY(rename, -1, int, renameat, (int at, const char* from, int to_at, const char* to), at, from, to_at, to)
FAULTY(rename, -1, int, renameat2, (int at, const char* from, int to_at, const char* to, unsigned flags), at, from,
       to_at, to, flags)
FAULTY(fsync, -1, int, fsync, (int fd), fd)
FAULTY(fsync, -1, int, fdatasync, (int fd), fd)
FAULTY(mkostemp, -1, int, mkostemp, (char* name, int flags), name, flags)
FAULTY(mkostemp, -1, int, mkostemp64, (char* name, int flags), name, flags)
FAULTY(chmod, -1, int, fchmod, (int fd, mode_t mode), fd, mode)
FAULTY(chmod, -1, int, chmod, (const char* path, mode_t mode), path, mode)
FAULTY(chmod, -1, int, fchown, (int fd, uid_t user, gid_t group), fd, user, group)
FAULTY(unlink, -1, int, unlink, (const char* path), path)
FAULTY(unlink, -1, int, unlinkat, (int fd, const char* path, int flags), fd, path, flags)
FAULTY(mkdir, -1, int, mkdir, (const char* path, mode_t mode), path, mode)
FAULTY(mkdir, -1, int, mkdirat, (int fd, const char* path, mode_t mode), fd, path, mode)
FAULTY(stat, -1, int, stat, (const char* path, struct stat* to), path, to)
FAULTY(stat, -1, int, stat64, (const char* path, struct stat64* to), path, to)
FAULTY(stat, -1, int, lstat, (const char* path, struct stat* to), path, to)
FAULTY(stat, -1, int, lstat64, (const char* path, struct stat64* to), path, to)
FAULTY(stat, -1, int, fstat, (int fd, struct stat* to), fd, to)
FAULTY(stat, -1, int, fstat64, (int fd, struct stat64* to), fd, to)
FAULTY(stat, -1, int, fstatat, (int fd, const char* path, struct stat* to, int flags), fd, path, to, flags)
FAULTY(stat, -1, int, fstatat64, (int fd, const char* path, struct stat64* to, int flags), fd, path, to, flags)
FAULTY(readlink, -1, ssize_t, readlink, (const char* path, char* to, std::size_t size), path, to, size)
FAULTY(readlink, -1, ssize_t, readlinkat, (int fd, const char* path, char* to, std::size_t size), fd, path, to, size)
FAULTY(readlink, -1, ssize_t, __readlink_chk, (const char* path, char* to, std::size_t size, std::size_t room), path,
       to, size, room)
FAULTY(readlink, -1, ssize_t, __readlinkat_chk,
       (int fd, const char* path, char* to, std::size_t size, std::size_t room), fd, path, to, size, room)

FAULTY_BYTES(send, ssize_t, send, (int fd, const void* from, std::size_t size, int flags), size, fd, from, size, flags)
FAULTY(send, -1, ssize_t, sendto,
       (int fd, const void* from, std::size_t size, int flags, const struct sockaddr* to, socklen_t length), fd, from,
       size, flags, to, length)
FAULTY(send, -1, ssize_t, sendmsg, (int fd, const struct msghdr* message, int flags), fd, message, flags)
FAULTY_BYTES(recv, ssize_t, recv, (int fd, void* to, std::size_t size, int flags), size, fd, to, size, flags)
FAULTY(recv, -1, ssize_t, recvfrom,
       (int fd, void* to, std::size_t size, int flags, struct sockaddr* from, socklen_t* length), fd, to, size, flags,
       from, length)
FAULTY(recv, -1, ssize_t, recvmsg, (int fd, struct msghdr* message, int flags), fd, message, flags)
FAULTY(socket, -1, int, socket, (int domain, int type, int protocol), domain, type, protocol)
FAULTY(bind, -1, int, bind, (int fd, const struct sockaddr* to, socklen_t length), fd, to, length)
FAULTY(listen, -1, int, listen, (int fd, int backlog), fd, backlog)
FAULTY(connect, -1, int, connect, (int fd, const struct sockaddr* to, socklen_t length), fd, to, length)
FAULTY(accept, -1, int, accept, (int fd, struct sockaddr* from, socklen_t* length), fd, from, length)
FAULTY(accept, -1, int, accept4, (int fd, struct sockaddr* from, socklen_t* length, int flags), fd, from, length,
       flags)
FAULTY(setsockopt, -1, int, setsockopt, (int fd, int level, int name, const void* value, socklen_t length), fd, level,
       name, value, length)
FAULTY(getsockopt, -1, int, getsockopt, (int fd, int level, int name, void* value, socklen_t* length), fd, level,
       name, value, length)
FAULTY(getsockopt, -1, int, getsockname, (int fd, struct sockaddr* at, socklen_t* length), fd, at, length)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"     // there is a struct of this name
FAULTY(flock, -1, int, flock, (int fd, int operation), fd, operation)
#pragma GCC diagnostic pop
FAULTY(ioctl, -1, int, ioctl, (int fd, unsigned long request, void* argument), fd, request, argument)

FAULTY(epoll_create, -1, int, epoll_create1, (int flags), flags)
FAULTY(epoll_ctl, -1, int, epoll_ctl, (int fd, int operation, int watched, struct epoll_event* event), fd, operation,
       watched, event)
FAULTY(epoll_wait, -1, int, epoll_wait, (int fd, struct epoll_event* events, int most, int limit), fd, events, most,
       limit)
FAULTY(timerfd, -1, int, timerfd_create, (int clock, int flags), clock, flags)
FAULTY(eventfd, -1, int, eventfd, (unsigned start, int flags), start, flags)
FAULTY(pipe, -1, int, pipe, (int* ends), ends)
FAULTY(pipe, -1, int, pipe2, (int* ends, int flags), ends, flags)
FAULTY(fork, -1, pid_t, fork, (), )
FAULTY(waitpid, -1, pid_t, waitpid, (pid_t pid, int* status, int options), pid, status, options)
FAULTY(waitpid, -1, int, waitid, (idtype_t type, id_t id, siginfo_t* info, int options), type, id, info, options)

// It returns what went wrong.
extern "C" int posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                            const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
    static auto* const real = next<decltype(posix_spawnp)>("posix_spawnp");
    const int error = fault(Call::spawn);
    return error > 0 ? error : real(pid, file, actions, attributes, arguments, environment);
}

extern "C" long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a[6];
    for (long& argument : a) argument = va_arg(list, long);
    va_end(list);
    static auto* const real = next<long(long, long, long, long, long, long, long)>("syscall");
    const int error = number == SYS_pidfd_open ? fault(Call::pidfd_open) : 0;
    if (error <= 0) return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    errno = error;
    return -1;
}

// What runs before main() is not the daemon's: nobody could catch what it throws.
namespace {
int enter_main(int count, char** words, char** environment) {
    in_main = true;
    return daemons_main(count, words, environment);
}
} // namespace
extern "C" int __libc_start_main(int (*main)(int, char**, char**), int count, char** words, void (*init)(),
                                 void (*fini)(), void (*linker_fini)(), void* stack_end) {
    static auto* const real = next<decltype(__libc_start_main)>("__libc_start_main");
    daemons_main = main;
    return real(enter_main, count, words, init, fini, linker_fini, stack_end);
}

// dlsym itself allocates: the C library's own names.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* at, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}
extern "C" void* malloc(std::size_t size) {
    return pass(Call::malloc, static_cast<void*>(nullptr), __libc_malloc, size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) {
    return pass(Call::malloc, static_cast<void*>(nullptr), __libc_calloc, count, size);
}
extern "C" void* realloc(void* at, std::size_t size) {
    return pass(Call::malloc, static_cast<void*>(nullptr), __libc_realloc, at, size);
}
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return pass(Call::malloc, static_cast<void*>(nullptr), __libc_memalign, alignment, size);
}
