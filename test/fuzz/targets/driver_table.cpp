// The driver table: printed and read again it is the same, and the same drivers are found in it.
#include "had/core/config/driver_table.hpp"
#include "test/fuzz/target.hpp"

#include <array>

namespace had::test {
namespace {

using namespace core;

constexpr std::array<CardId, 3> cards{
    {{0x8086, 0x100e, 0x8086, 0x001e, 0x020000}, {0x10ec, 0x8139, 0, 0, 0x020000}, {0, 0, 0, 0, 0xffffff}}};

std::vector<std::string> found(const DriverTable& table, const CardId& card) {
    std::vector<std::string> modules;
    for (const DriverMatch& match : lookup(table, card)) {
        must(match.entry >= table.entries.data() &&
                 match.entry < table.entries.data() + table.entries.size(),
             "a match is of this table");
        modules.push_back(match.entry->module + ": " + to_string(*match.claim));
    }
    return modules;
}

void run(std::string_view text) {
    const ParsedDriverTable parsed = parse_driver_table(text);
    for (const Diagnostic& d : parsed.diagnostics)
        must(to_string(d, "table").find('\n') == std::string::npos, "a diagnostic is one line");
    for (const CardId& card : cards) (void)found(parsed.table, card);
    if (has_errors(parsed.diagnostics)) return;
    const std::string printed = print(parsed.table);
    const ParsedDriverTable again = parse_driver_table(printed);
    must(!has_errors(again.diagnostics), "what is printed has no errors", printed);
    must(print(again.table) == printed, "what is printed is read as the same", printed);
    for (const CardId& card : cards)
        must(found(again.table, card) == found(parsed.table, card), "the same drivers are found", printed);
}

const Registered driver_table{"driver_table", run};

} // namespace
} // namespace had::test
