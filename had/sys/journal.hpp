// Events to systemd's journal with their fields, where standard error is the journal; else they are lines of the log.
//
// One datagram an event, by the native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), without libsystemd.  A journal
// that does not take it at once gets the line instead, which never waits either (log.hpp).
#pragma once

#include "had/core/base/journal.hpp"
#include "had/core/base/notice.hpp"
#include "had/sys/fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace had::sys {

inline constexpr const char* journal_socket = "/run/systemd/journal/socket";

// Whether `fd` is what JOURNAL_STREAM names, "DEVICE:INODE".
bool is_journal(int fd, const char* journal_stream);

class Journal {
public:
    explicit Journal(std::string path = journal_socket) : path_(std::move(path)) {}
    // False: it is not taken now.
    bool send(core::NoticeLevel level, std::string_view text, std::vector<core::JournalField> fields) noexcept;

private:
    std::string path_;
    UniqueFd socket_;
};

// As log() of log.hpp, and at the same levels.
void log(core::NoticeLevel level, std::string_view text, const std::vector<core::JournalField>& fields) noexcept;

} // namespace had::sys
