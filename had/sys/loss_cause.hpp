// Why a link is lost: what its driver says (ethtool's extended state), and what the PCIe ports on both ends of the
// card's link have counted (AER, Documentation/ABI/testing/sysfs-bus-pci-devices-aer_stats).
//
// Only for a job's child: ethtool takes the kernel's RTNL, and a driver may ask its firmware.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/loss.hpp"
#include "had/core/world/loss_facts.hpp"

#include <filesystem>

namespace had::sys {

core::Job job_for_cause(const core::LossQuestion& what, const std::filesystem::path& root);

// Its job ends with them as a line.  Without a link the driver is not asked.
core::LossFacts facts_of_loss(core::Ifindex link, const core::PciAddress& function, const std::filesystem::path& root);

} // namespace had::sys
