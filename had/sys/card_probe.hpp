// Asks a card for its link: the ioctls of the transceiver's registers and of ethtool.
//
// A card is given by its index; its name is looked up each time, since it may have changed.  Each ioctl
// waits for the kernel's RTNL.  SIOCGMII* need CAP_NET_ADMIN.  A driver that knows neither answers
// EOPNOTSUPP, and some answer EINVAL while the interface is down (8139cp, 8139too).
#pragma once

#include "had/core/world/link_report.hpp"
#include "had/core/world/probe.hpp"
#include "had/sys/fd.hpp"

struct ifreq;

namespace had::sys {

class CardProbe {
public:
    CardProbe();                              // throws std::system_error

    [[nodiscard]] core::Reading sense(core::Ifindex index, core::Probe probe) const;
    // All but the driver's link mode.
    [[nodiscard]] core::CardReport inspect(core::Ifindex index) const;

private:
    // 0 or an errno.
    [[nodiscard]] int call(unsigned long request, ifreq& argument) const;
    [[nodiscard]] int name(core::Ifindex index, ifreq& argument) const;
    [[nodiscard]] int ethtool(ifreq& card, void* command) const;
    [[nodiscard]] int find_transceiver(ifreq& card) const;
    [[nodiscard]] int read(ifreq& card, unsigned number, std::uint16_t& value) const;
    [[nodiscard]] core::Reading sense_mii(ifreq& card) const;
    [[nodiscard]] core::Reading sense_ethtool(ifreq& card) const;
    void inspect_driver(ifreq& card, core::DriverReport& report) const;
    void inspect_mii(ifreq& card, core::CardReport& report) const;

    UniqueFd socket_;
};

} // namespace had::sys
