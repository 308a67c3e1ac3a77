// Another tool's files: whatever they are, the draft of them is a had.conf that the daemon takes, and nobody's word
// stands in it as a line of its own.
#include "had/draft/draft.hpp"
#include "had/draft/formats.hpp"
#include "test/fuzz/target.hpp"

#include "had/core/base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace had::test {
namespace {

using namespace draft;

// Files are parted by a byte that none of them has: the first line of each is its name.
std::vector<File> files_in(std::string_view input) {
    std::vector<File> files;
    for (std::string_view part : core::split(input, '\x1e')) {
        if (files.size() == 8) break;
        const std::string_view name = core::take_until(part, '\n');
        files.push_back({std::string(name), std::string(part)});
    }
    return files;
}

Places machine() {
    Places places;
    for (unsigned port = 0; port < 4; ++port)
        places.ports.emplace("eth" + std::to_string(port), core::PortName{port < 2 ? "2" : "12", port % 2, 0});
    places.nowhere.emplace("usb0", "it belongs to no PCI card");
    places.names.emplace(core::Mac{{2, 0, 0, 0, 0, 1}}, "eth3");
    return places;
}

bool is_one_line(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// A name goes into the draft as it is.
bool is_on_one_line(const FoundInterface& one) {
    return is_one_line(one.name) && is_one_line(one.primary) && is_one_line(one.master) && is_one_line(one.on) &&
           std::all_of(one.ports.begin(), one.ports.end(), is_one_line);
}

void check(const Format& format, const std::vector<File>& files) {
    static const Places places = machine();
    const Found found = read(format, files);
    must(found.interfaces.size() <= most_interfaces, "no more interfaces than there may be");
    must(std::all_of(found.interfaces.begin(), found.interfaces.end(), is_on_one_line), "every name is on one line");
    std::string text;
    try {
        text = print(draft_of(found, places, "files"));
    } catch (const std::runtime_error&) {
        return;                               // more than a had.conf can hold, which is said
    }
    must(!core::has_errors(core::parse_config(text).diagnostics), "the daemon takes it", text);
    for (const std::string_view line : core::split(text, '\n')) {
        const bool key = line.find(" = ") != std::string_view::npos;
        must(line.empty() || line[0] == ';' || line[0] == '[' || key, "a line is a key, a section or a comment", line);
        must(line.find_first_of("\r\x1b") == std::string_view::npos, "nothing in it steers a terminal", line);
    }
    for (const std::string_view section :
         {"[had]", "[domain", "[monitor", "[service", "[match", "[failover", "[member", "[peer"})
        must(text.find("\n" + std::string(section)) == std::string::npos, "no file sets what it cannot mean", text);
}

void run(std::string_view input) {
    if (input.empty()) return;
    const std::vector<File> files = files_in(input.substr(1));
    const auto all = formats();
    const std::size_t which = static_cast<unsigned char>(input[0]) % (all.size() + 1);
    std::string wrong;
    const Format* format = which < all.size() ? all[which] : format_of(files, wrong);
    if (format) check(*format, files);
    else must(!wrong.empty(), "it is said why no format fits");
}

const Registered draft_target{"draft", run};

} // namespace
} // namespace had::test
