// What follows for each port, a letter a port: (B)elieved, (d)oubted, nothing ".".
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <string>

namespace had::test {

inline std::string letters(const core::Judgement& judgement) {
    std::string all;
    for (const core::Finding& finding : judgement.ports)
        all += finding.believed ? 'B' : finding.doubted ? 'd' : '.';
    return all;
}

} // namespace had::test
