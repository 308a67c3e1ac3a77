#include "had/core/config/print.hpp"

#include "had/core/config/parse.hpp"

namespace had::core {

// Every section in one order.
std::string print(const Config& config) {
    Printer out;
    for (const SectionRule* rule : section_rules()) rule->print(out, config);
    return out.take();
}

} // namespace had::core
