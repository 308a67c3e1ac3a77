#include "had/sys/loss_cause.hpp"

#include "had/sys/file.hpp"
#include "had/sys/link_mode.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

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

// "BadTLP 2" on a line each, and "TOTAL_ERR_COR 3".  Nothing: it is not a counter's text.
std::optional<ErrorCount> count_from(const std::string& text) {
    std::istringstream lines(text);
    std::string name;
    std::uint64_t times = 0;
    ErrorCount count;
    bool whole = false;
    while (lines >> name >> times) {
        const bool total = name.starts_with("TOTAL_");
        whole = whole || total;
        if (total) count.total = times;
        else if (times > 0) count.kinds[name] = times;
    }
    return whole ? std::optional(std::move(count)) : std::nullopt;
}

// What cannot be read says nothing.
PcieErrors errors_of(const fs::path& device) {
    PcieErrors errors;
    for (const auto& [file, severity] : counters) try {
            if (auto count = count_from(read_file_if_there(device / file).value_or("")))
                errors.emplace(severity, std::move(*count));
        } catch (const std::system_error&) {
        }
    return errors;
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

std::string words_of_driver(Ifindex link) {
    LinkModes modes;
    const auto state = modes.why_no_link(link);
    return state && *state < states.size() ? fmt::format("{}, says the driver", states[*state]) : "";
}

} // namespace

LossFacts facts_of_loss(Ifindex link, const PciAddress& function, const fs::path& root) {
    LossFacts facts;
    if (link != 0) facts.driver = words_of_driver(link);
    std::error_code error;
    const fs::path device = fs::canonical(root / "sys/bus/pci/devices" / to_string(function), error);
    if (error) return facts;
    for (const fs::path& each : {device, root_port_of(device)}) {
        if (each.empty()) continue;
        if (PcieErrors errors = errors_of(each); !errors.empty())
            facts.counted.push_back({each != device, each.filename().string(), std::move(errors)});
    }
    return facts;
}

Job job_for_cause(const LossQuestion& what, const fs::path& root) {
    return {.key = "why " + what.interface,
            .title = (what.index == 0 ? "what has been counted at " : "why a link is lost: ") + what.interface,
            .arguments = {"why-lost", std::to_string(what.index), to_string(what.function), root.string()}};
}

} // namespace had::sys
