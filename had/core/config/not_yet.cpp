// Keys that the grammar has and the daemon does not support yet.
//
// A key that is accepted must have an effect, so these are parsed, judged, and refused.  Whoever adds the
// feature removes its line from this list, and its mark from had.conf(5).
#include "had/core/config/not_yet.hpp"

#include "had/core/config/parse.hpp"

namespace had::core {

namespace {

constexpr NotYet list[] = {
    {"bond", "track_file"},
};

bool listed(std::string_view kind, std::string_view key) {
    return std::any_of(std::begin(list), std::end(list), [&](const NotYet& entry) {
        return entry.kind == kind && entry.key == key;
    });
}

} // namespace

std::span<const NotYet> not_yet() { return list; }

void refuse_not_yet(const Heading& heading, const IniEntry& entry) {
    if (!listed(heading.kind, entry.key)) return;
    heading.notes.error(entry.line, "'{}' is not supported yet, remove it", entry.key);
}

} // namespace had::core
