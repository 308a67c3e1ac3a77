// Every section and key of had.conf, as a list: for suggestions, and for the test that had.conf(5) has them all.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace had::core {

struct ConfigSection {
    std::string_view kind;                    // "bond" of [bond bond0]
    std::vector<std::string_view> keys;       // empty for [devices]: its keys are ports
};
const std::vector<ConfigSection>& config_sections();

} // namespace had::core
