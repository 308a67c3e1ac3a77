#include "had/core/world/others.hpp"

#include "had/core/base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace had::core {
namespace {

constexpr std::string_view head = "# Made by had of had.conf, and made anew when that or a card changes.\n";
constexpr std::string_view network = "[Match]\nProperty=HAD_OBJECT=*\n\n[Link]\nUnmanaged=yes\n";

// udevd's matches are patterns in quotes, and NetworkManager's are a list: a name with their special characters
// cannot be written there.
bool is_literal(std::string_view name) {
    return name.find_first_of("\"\\*?[]|$%,;") == std::string_view::npos;
}

// "0000:00:05" and "0000:02", the device or the whole bus; "0000:00:1c.0/0c", a path from the root bus.
std::string match_of(const std::string& location) {
    const auto any = [](std::string_view step, std::string_view rest) {
        return fmt::format("{}{}", step, step.find('.') == std::string_view::npos ? rest : "");
    };
    const std::vector<std::string_view> steps = split(location, '/');
    if (steps.size() == 1) {
        const bool bus = std::count(location.begin(), location.end(), ':') == 1;
        return fmt::format(R"(SUBSYSTEMS=="pci", KERNELS=="{}")", any(location, bus ? ":*" : ".*"));
    }
    std::string path = fmt::format("/devices/pci{}", steps[0].substr(0, steps[0].rfind(':')));
    for (std::size_t i = 0; i < steps.size(); ++i)
        path += fmt::format("/{}{}", i == 0 ? "" : "????:??:", any(steps[i], ".?"));
    return fmt::format(R"(DEVPATH=="{}/*")", path);
}

class Rules {
public:
    Rules(const Config& config, const Chassis& chassis, const Observed& observed)
        : config_(config), chassis_(chassis), observed_(observed) {}

    ForOthers all() {
        for (const auto& [name, slot] : chassis_.slots) {
            if (!slot.configured || !slot.controlled || slot.location.empty()) continue;
            if (slot.ports.empty()) expect_card(slot);
            for (const PortName& port : slot.ports) take(*chassis_.port(port), slot);
        }
        for_each_interface(config_, [this](const auto& interface) { take(interface.name); });
        if (marks_.empty()) return {};
        others_.rules = fmt::format("{}SUBSYSTEM!=\"net\", GOTO=\"had_end\"\nACTION==\"remove\", GOTO=\"had_end\"\n"
                                    "{}ENV{{HAD_OBJECT}}==\"?*\", ENV{{NM_UNMANAGED}}=\"1\"\n"
                                    "LABEL=\"had_end\"\n",
                                    head, marks_);
        others_.network = fmt::format("{}{}", head, network);
        if (!bonds_.empty())
            others_.link = fmt::format("{}[Match]\nOriginalName={}\n\n[Link]\nMACAddressPolicy=none\n", head,
                                       fmt::join(bonds_, " "));
        if (!names_.empty())                   // appended to the site's own, which stay
            others_.network_manager = fmt::format("{}[keyfile]\nunmanaged-devices+={}\n", head,
                                                  fmt::join(names_, ";"));
        return std::move(others_);
    }

private:
    void mark(const std::string& match, std::string_view object) {
        marks_.append(match).append(", ENV{HAD_OBJECT}=\"").append(object).append("\"\n");
    }

    void add_name(const std::string& name) { names_.push_back("interface-name:=" + name); }

    void expect_card(const PlacedSlot& slot) {
        if (!config_.lines_of(slot.name).empty()) mark(match_of(slot.location), slot.name);
    }

    void take(const PlacedPort& port, const PlacedSlot& slot) {
        if (!port.role) return;
        std::string match = R"(SUBSYSTEMS=="pci", KERNELS==")" + to_string(port.function) + '"';
        const auto device = observed_.devices.find(port.index);
        const bool shares_function = std::any_of(slot.ports.begin(), slot.ports.end(), [&](const PortName& other) {
            return other.subdevice == port.name.subdevice && other.unit == 1;
        });
        if (device != observed_.devices.end() && shares_function)
            match += fmt::format(R"(, ATTR{{dev_port}}=="{}")", device->second.dev_port);
        mark(match, to_string(port.name));
        const Link* link = port.settled ? observed_.link(port.index) : nullptr;
        if (!link) return;
        others_.ours.insert(port.index);
        if (is_literal(link->name)) add_name(link->name);
    }

    void take(const std::string& name) {
        if (!is_literal(name)) return;
        mark(fmt::format(R"(KERNEL=="{}")", name), name);
        add_name(name);
        if (config_.bond(name)) bonds_.push_back(name);
        if (const Link* link = observed_.link(name)) others_.ours.insert(link->index);
    }

    const Config& config_;
    const Chassis& chassis_;
    const Observed& observed_;
    std::string marks_;
    std::vector<std::string> bonds_, names_;
    ForOthers others_;
};

} // namespace

ForOthers for_others(const Config& config, const Chassis& chassis, const Observed& observed) {
    return Rules(config, chassis, observed).all();
}

} // namespace had::core
