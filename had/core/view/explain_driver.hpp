// Of explain: which driver a port has, what the table says, and which parameters of it are otherwise in force.
#pragma once

#include "had/core/policy/situation.hpp"
#include "had/core/view/view.hpp"

#include <map>
#include <string>
#include <vector>

namespace had::core {

class DriverSteps {
public:
    // Both outlive it.
    DriverSteps(const Situation& situation, const ParametersOf& parameters)
        : s_(situation), parameters_(parameters) {}

    // Of a port that has a function.
    void explain(const PortView& port, std::vector<ExplainStep>& steps);

private:
    void options(const DriverEntry& entry, std::vector<ExplainStep>& steps);
    const Parameters& in_force(const std::string& module);

    const Situation& s_;
    const ParametersOf& parameters_;
    std::map<std::string, Parameters> in_force_;          // by module, as asked
};

} // namespace had::core
