#include "test/faults/place.hpp"

#include <cerrno>

namespace had::faults {

// What each call plausibly fails with: the kernel's documents, and what a full or worn-out machine says.
const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
        {Call::open, "open", {EMFILE, ENFILE, ENOMEM, EIO, EACCES, EINTR}},
        {Call::read, "read", {EIO, EINTR, ENOMEM, cut_short}},
        {Call::write, "write", {ENOSPC, EIO, EINTR, EAGAIN, cut_short}},
        {Call::rename, "rename", {ENOSPC, EIO, EROFS}},
        {Call::fsync, "fsync", {EIO, ENOSPC, EINTR}},
        {Call::mkostemp, "mkostemp", {ENOSPC, EMFILE, EROFS}},
        {Call::chmod, "chmod", {EIO, EPERM}},
        {Call::unlink, "unlink", {EIO, EROFS}},
        {Call::mkdir, "mkdir", {ENOSPC, EROFS}},
        {Call::stat, "stat", {EIO, ENOMEM, EACCES}},
        {Call::readlink, "readlink", {ENOMEM, EIO}},
        {Call::opendir, "opendir", {EMFILE, ENOMEM}},
        {Call::send, "send", {ENOBUFS, ENOMEM, EINTR, EPIPE, cut_short}},
        {Call::recv, "recv", {ENOBUFS, ENOMEM, EINTR, ECONNRESET, cut_short}},
        {Call::socket, "socket", {EMFILE, ENFILE, ENOMEM}},
        {Call::bind, "bind", {ENOMEM, EADDRINUSE}},
        {Call::listen, "listen", {EADDRINUSE}},
        {Call::connect, "connect", {EAGAIN, EINTR, EACCES}},
        {Call::accept, "accept", {EMFILE, ENFILE, ENOMEM, ECONNABORTED, EINTR}},
        {Call::setsockopt, "setsockopt", {ENOMEM, EPERM}},
        {Call::getsockopt, "getsockopt", {ENOMEM, ENOTCONN}},
        {Call::ioctl, "ioctl", {ENOMEM, EIO}},
        {Call::flock, "flock", {EINTR, ENOLCK}},
        {Call::epoll_create, "epoll_create", {EMFILE, ENOMEM}},
        {Call::epoll_ctl, "epoll_ctl", {ENOMEM, ENOSPC}},
        {Call::epoll_wait, "epoll_wait", {EINTR}},
        {Call::timerfd, "timerfd", {EMFILE, ENOMEM}},
        {Call::eventfd, "eventfd", {EMFILE, ENOMEM}},
        {Call::pipe, "pipe", {EMFILE, ENFILE}},
        {Call::fork, "fork", {EAGAIN, ENOMEM}},
        {Call::pidfd_open, "pidfd_open", {EMFILE, ENOMEM, ENOSYS}},
        {Call::waitpid, "waitpid", {EINTR, ECHILD}},
        {Call::spawn, "spawn", {EAGAIN, ENOMEM}},
        {Call::malloc, "malloc", {ENOMEM, twice}},
    };
    return all;
}

} // namespace had::faults
