#include "had/sys/loss_cause.hpp"

#include "had/sys/file.hpp"
#include "had/sys/link_mode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdint>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace had::sys {

namespace fs = std::filesystem;
using namespace core;

namespace {

// enum ethtool_link_ext_state, linux/ethtool.h.
constexpr std::array<std::string_view, 11> states{
    "autonegotiation failed", "link training failed",  "the two ends do not understand each other",
    "bad signal",             "no cable",              "trouble with the cable",
    "trouble with the module's EEPROM", "calibration failed", "the power budget is exceeded",
    "overheat",               "trouble with the module"};

constexpr std::pair<std::string_view, std::string_view> counters[] = {{"aer_dev_correctable", "correctable"},
                                                                      {"aer_dev_nonfatal", "non-fatal"},
                                                                      {"aer_dev_fatal", "fatal"}};
constexpr std::size_t most_kinds = 8;

// "BadTLP 2" on a line each, and "TOTAL_ERR_COR 3".
std::string counted(const std::string& text, std::string_view word) {
    std::istringstream lines(text);
    std::string name;
    std::uint64_t count = 0, total = 0;
    std::vector<std::string> kinds;
    while (lines >> name >> count) {
        if (count == 0) continue;
        if (name.starts_with("TOTAL_")) total = count;
        else if (kinds.size() < most_kinds) kinds.push_back(fmt::format("{} {}", name, count));
    }
    if (total == 0) return "";
    return fmt::format("{} {}{}", word, total, kinds.empty() ? "" : fmt::format(" ({})", fmt::join(kinds, ", ")));
}

// The root port is the first device below its host bridge: /sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0.
fs::path root_port_of(const fs::path& device) {
    fs::path at = device;
    for (fs::path above = at.parent_path(); above.filename().string().find("pci") != 0; above = at.parent_path()) {
        if (above == at || above.filename() == "devices") return {};
        at = above;
    }
    return at == device ? fs::path() : at;
}

} // namespace

std::string aer_words(const fs::path& device) {
    std::vector<std::string> words;
    for (const auto& [file, word] : counters) {
        std::string text;
        try {
            text = read_file_if_there(device / file).value_or("");
        } catch (const std::system_error&) {
            continue;                         // what cannot be read says nothing
        }
        if (std::string of_one = counted(text, word); !of_one.empty()) words.push_back(std::move(of_one));
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string words_of_loss(Ifindex link, const PciAddress& function, const fs::path& root) {
    std::vector<std::string> words;
    LinkModes modes;
    if (const auto state = modes.why_no_link(link); state && *state < states.size())
        words.push_back(fmt::format("{}, says the driver", states[*state]));
    std::error_code error;
    const fs::path device = fs::canonical(root / "sys/bus/pci/devices" / to_string(function), error);
    if (error) return fmt::format("{}", fmt::join(words, "; "));
    const fs::path above = root_port_of(device);
    for (const fs::path& each : {device, above}) {
        const std::string aer = each.empty() ? "" : aer_words(each);
        if (!aer.empty())
            words.push_back(fmt::format("PCIe errors that {} {} has counted since the boot: {}",
                                        each == device ? "the card" : "its root port", each.filename().string(), aer));
    }
    return fmt::format("{}", fmt::join(words, "; "));
}

Job job_for_cause(const LossQuestion& what, const fs::path& root) {
    return {.key = "why " + what.interface,
            .title = "why the link of " + what.interface + " is lost",
            .arguments = {"why-lost", std::to_string(what.index), to_string(what.function), root.string()}};
}

} // namespace had::sys
