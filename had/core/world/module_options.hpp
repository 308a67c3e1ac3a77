// The options that the driver table wants for a module, beside those that it runs with.
//
// A driver that another program has loaded first did not get the table's options.  Most options count only
// when the module is loaded, so differences are shown and not set.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// By name, as /sys/module/MODULE/parameters has them.  A parameter that the module does not show is not
// among them.
using Parameters = std::map<std::string, std::string>;
using ParametersOf = std::function<Parameters(const std::string& module)>;

struct OtherParameter {
    std::string name, wanted, in_force;

    friend bool operator==(const OtherParameter&, const OtherParameter&) = default;
};

// Of `options`, "name=value ...", those that the module shows with another value.
std::vector<OtherParameter> other_than_wanted(std::string_view options, const Parameters& in_force);

} // namespace had::core
