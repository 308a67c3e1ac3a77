// The kinds of calls that are made to fail, and with what.
#pragma once

#include "test/faults/control.hpp"

#include <string>
#include <vector>

namespace had::faults {

struct Kind {
    Call call;
    std::string name;
    std::vector<int> errors;
};
const std::vector<Kind>& kinds();

} // namespace had::faults
