// An event as systemd's journal keeps it: fields by which it is found again, beside the sentence.
//
//     journalctl HAD_BOND=bond0 -S -1month        journalctl -F HAD_SLOT        journalctl -x
#pragma once

#include "had/core/base/notice.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct JournalField {
    std::string name, value;                  // "HAD_BOND", "bond0"

    friend bool operator==(const JournalField&, const JournalField&) = default;
};

// 32 hexadecimal digits: the catalog (etc/had.catalog) says by it what happened, and what an operator does.
std::string_view message_id(NoticeKind kind);
// All but MESSAGE, PRIORITY and SYSLOG_IDENTIFIER, which every line has.  Empty ones are left out.
std::vector<JournalField> journal_fields(const Notice& notice, std::string_view instance, std::uint64_t seq);
// The datagram of systemd.io/JOURNAL_NATIVE_PROTOCOL.
std::string journal_message(const std::vector<JournalField>& fields);

} // namespace had::core
