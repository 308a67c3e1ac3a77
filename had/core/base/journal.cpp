#include "had/core/base/journal.hpp"

namespace had::core {
namespace {

// The length of a text that has a line end in it, as eight bytes, the lowest first.
std::string length_of(std::string_view text) {
    std::string bytes;
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((text.size() >> shift) & 0xffU);
    return bytes;
}

} // namespace

std::vector<JournalField> journal_fields(const Notice& notice, std::string_view instance, std::uint64_t seq) {
    std::vector<JournalField> fields{{"MESSAGE_ID", std::string(message_id(notice.kind))},
                                     {"HAD_EVENT", std::string(to_string(notice.kind))},
                                     {"HAD_INSTANCE", std::string(instance)},
                                     {"HAD_SEQ", std::to_string(seq)}};
    // An interface has the name that systemd itself gives it.
    for_each_field(notice, [&](std::string_view key, const std::string& value) {
        if (!value.empty()) fields.push_back({key == "interface" ? "INTERFACE" : variable_of(key), value});
    });
    if (notice.timeline)
        fields.push_back({"HAD_ANNOUNCED_US", std::to_string(notice.timeline->announced.count())});
    return fields;
}

std::string journal_message(const std::vector<JournalField>& fields) {
    std::string message;
    for (const auto& [name, value] : fields) {
        message += name;
        if (value.find('\n') == std::string::npos) message += '=' + value + '\n';
        else message += '\n' + length_of(value) + value + '\n';
    }
    return message;
}

} // namespace had::core
