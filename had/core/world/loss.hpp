// Why a port has lost its link, as its driver and the PCIe error counters tell, asked when all else is done.
#pragma once

#include "had/core/base/pci.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <string>

namespace had::core {

struct LossQuestion {
    Ifindex index = 0;                        // 0: its link is not lost; only what has been counted is asked
    std::string interface;
    PciAddress function;

    friend bool operator==(const LossQuestion&, const LossQuestion&) = default;
};

struct Loss {
    std::string when, words;                  // "no cable, says the driver"

    friend bool operator==(const Loss&, const Loss&) = default;
};
using Losses = std::map<PortName, Loss>;

} // namespace had::core
