#include "had/core/config/print.hpp"

#include "had/core/config/parse.hpp"

namespace had::core {

// Every section in one order.
std::string print(const Config& config) {
    Printer out;
    for (const SectionRule* rule : section_rules()) rule->print(out, config);
    return out.take();
}

std::string print_mac(const MacPolicy& mac) {
    return std::visit(overloaded{[](MacStable) { return std::string("stable"); },
                                 [](MacFirst) { return std::string("first"); },
                                 [](const Mac& given) { return to_string(given); }},
                      mac);
}

} // namespace had::core
