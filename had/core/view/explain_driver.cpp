#include "had/core/view/explain_driver.hpp"

#include <fmt/format.h>

namespace had::core {

void DriverSteps::explain(const PortView& port, std::vector<ExplainStep>& steps) {
    const PciFunction& function = s_.observed.functions.at(*port.function).function;
    const auto matches = lookup(s_.table, id_of(function));
    const std::string table = s_.config.had.pcidrivers;
    std::string says = fmt::format("{} does not know {}", table, to_pci_id(function.vendor, function.device));
    if (!matches.empty())
        says = fmt::format("{}:{}: [{}] {}", table, matches.front().claim->line, matches.front().entry->module,
                           to_string(*matches.front().claim));
    steps.push_back({port.driver.empty() ? fmt::format("{} has no driver", to_string(*port.function))
                                         : fmt::format("{} is driven by {}", to_string(*port.function), port.driver),
                     says});
    for (const DriverMatch& match : matches)
        if (same_module(match.entry->module, port.driver)) return options(*match.entry, steps);
}

void DriverSteps::options(const DriverEntry& entry, std::vector<ExplainStep>& steps) {
    if (entry.options.empty()) return;
    for (const OtherParameter& other : other_than_wanted(entry.options, in_force(entry.module)))
        steps.push_back(
            {fmt::format("{} runs with {}={}", entry.module, other.name, other.in_force),
             fmt::format("{}:{}: [{}] wants {}={}, but {}", s_.config.had.pcidrivers, entry.line, entry.module,
                         other.name, other.wanted,
                         s_.owned.modules.contains(entry.module)
                             ? "it was changed since the daemon loaded it"
                             : "another program loaded it: `pcidb modprobe` has it told the next time")});
}

// The ports of a card have one driver: its parameters are many small files.
const Parameters& DriverSteps::in_force(const std::string& module) {
    const auto found = in_force_.find(module);
    return found != in_force_.end() ? found->second : in_force_.emplace(module, parameters_(module)).first->second;
}

} // namespace had::core
