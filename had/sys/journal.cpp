#include "had/sys/journal.hpp"

#include "had/sys/log.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace had::sys {
namespace {

// syslog(3), as log.cpp writes it in front of a line.
char priority(core::NoticeLevel level) {
    switch (level) {
    case core::NoticeLevel::info: return '6';
    case core::NoticeLevel::notice: return '5';
    case core::NoticeLevel::warning: return '4';
    case core::NoticeLevel::error: return '3';
    }
    return '3';
}

Journal* journal_of_stderr() {
    static const bool there = is_journal(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
    static Journal journal;
    return there ? &journal : nullptr;
}

} // namespace

bool is_journal(int fd, const char* journal_stream) {
    struct stat status {};
    if (!journal_stream || ::fstat(fd, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == journal_stream;
}

bool Journal::send(core::NoticeLevel level, std::string_view text,
                   std::vector<core::JournalField> fields) noexcept try {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (path_.size() >= sizeof to.sun_path) return false;
    path_.copy(to.sun_path, path_.size());
    if (!socket_) socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    std::vector<core::JournalField> all{
        {"MESSAGE", std::string(text)}, {"PRIORITY", {priority(level)}}, {"SYSLOG_IDENTIFIER", "had"}};
    std::move(fields.begin(), fields.end(), std::back_inserter(all));
    const std::string message = core::journal_message(all);
    return socket_ && ::sendto(socket_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0;
} catch (...) { // no memory
    return false;
}

void log(core::NoticeLevel level, std::string_view text, const std::vector<core::JournalField>& fields) noexcept try {
    Journal* journal = is_logged(level) ? journal_of_stderr() : nullptr;
    if (!journal || !journal->send(level, text, fields)) log(level, text);
} catch (...) {
    log(level, text);
}

} // namespace had::sys
