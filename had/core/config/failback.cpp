#include "had/core/config/failback.hpp"

#include "had/core/base/duration.hpp"
#include "had/core/config/print.hpp"
#include "had/core/config/reader.hpp"

namespace had::core {

void read_failback(const Reader& reader, Failback& failback) {
    const auto words = reader.words();
    if (reader.text() == "auto") {
        failback = {FailbackKind::automatic, {}};
    } else if (reader.text() == "never") {
        failback = {FailbackKind::never, {}};
    } else if (words.size() == 2 && words[0] == "after" && duration_from(words[1])) {
        failback = {FailbackKind::after, *duration_from(words[1])};
    } else {
        reader.must_be("auto, never or 'after DURATION', such as 'after 30s'");
    }
}

void print_failback(Printer& out, const Failback& failback) {
    switch (failback.kind) {
    case FailbackKind::automatic: return;
    case FailbackKind::never: return out.key("failback", "never");
    case FailbackKind::after: return out.key("failback", "after " + print_duration(failback.after));
    }
}

} // namespace had::core
