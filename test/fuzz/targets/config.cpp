// had.conf: whatever is taken is printed, and read again the same.
#include "had/core/config/config.hpp"
#include "test/fuzz/target.hpp"

#include <algorithm>

namespace had::test {
namespace {

using namespace core;

// A few of them: a range names thousands.
void check_slots(const Config& config) {
    const std::vector<SlotName> slots = config.slot_names();
    for (std::size_t i = 0; i < slots.size() && i < 4; ++i) {
        (void)config.lines_of(slots[i]);
        const std::string_view domain = config.domain_of(slots[i]);
        must(config.controls(slots[i]) == (domain.empty() || config.has_domain(domain)),
             "a slot is this host's when its domain is, or when it is in none", slots[i]);
    }
}

void run(std::string_view text) {
    const ParsedConfig parsed = parse_config(text);
    for (const Diagnostic& d : parsed.diagnostics)
        must(to_string(d, "had.conf").find('\n') == std::string::npos, "a diagnostic is one line",
             to_string(d, "had.conf"));
    check_slots(parsed.config);
    if (has_errors(parsed.diagnostics)) return;
    const std::string printed = print(parsed.config);
    const ParsedConfig again = parse_config(printed);
    must(!has_errors(again.diagnostics), "what is printed has no errors", printed);
    must(print(again.config) == printed, "what is printed is read as the same", printed);
    must(again.config.slot_names() == parsed.config.slot_names(), "it names the same slots", printed);
    const std::size_t cut = std::min(printed.find("\n[", printed.size() / 2), printed.size());
    const ParsedConfig parts = parse_config(ConfigTexts{{"had.conf", printed.substr(0, cut)},
                                                        {"more.conf", printed.substr(cut)}});
    must(!has_errors(parts.diagnostics) && print(parts.config) == printed, "in two files it is the same", printed);
}

const Registered config{"config", run};

} // namespace
} // namespace had::test
