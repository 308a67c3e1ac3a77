#include "had/sys/card_probe.hpp"

#include <linux/ethtool.h>
#include <linux/mii.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

// The kernel's struct lies in the request itself (net/core/dev_ioctl.c, linux/mii.h if_mii).
mii_ioctl_data mii_of(const ifreq& card) {
    mii_ioctl_data data;
    std::memcpy(&data, &card.ifr_ifru, sizeof data);
    return data;
}

void set_mii(ifreq& card, const mii_ioctl_data& data) { std::memcpy(&card.ifr_ifru, &data, sizeof data); }

Reading failed(int error) { return {false, error, std::strerror(error)}; }

std::string text_of(const char* text, std::size_t size) { return {text, ::strnlen(text, size)}; }

} // namespace

CardProbe::CardProbe() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (!socket_) throw std::system_error(errno, std::generic_category(), "socket to ask cards by");
}

int CardProbe::call(unsigned long request, ifreq& argument) const {
    return ::ioctl(socket_.get(), request, &argument) == 0 ? 0 : errno;
}

int CardProbe::name(Ifindex index, ifreq& argument) const {
    argument = {};
    argument.ifr_ifindex = index;
    return call(SIOCGIFNAME, argument);
}

int CardProbe::ethtool(ifreq& card, void* command) const {
    card.ifr_data = static_cast<char*>(command);
    return call(SIOCETHTOOL, card);
}

int CardProbe::find_transceiver(ifreq& card) const {
    set_mii(card, {});
    return call(SIOCGMIIPHY, card);
}

int CardProbe::read(ifreq& card, unsigned number, std::uint16_t& value) const {
    mii_ioctl_data data = mii_of(card);
    data.reg_num = static_cast<std::uint16_t>(number);
    set_mii(card, data);
    const int error = call(SIOCGMIIREG, card);
    value = mii_of(card).val_out;
    return error;
}

Reading CardProbe::sense(Ifindex index, Probe probe) const {
    ifreq card;
    if (const int error = name(index, card); error != 0) return failed(error);
    switch (probe) {
    case Probe::mii: return sense_mii(card);
    case Probe::ethtool: return sense_ethtool(card);
    case Probe::presence:
    case Probe::path: break;
    }
    return failed(EINVAL);
}

Reading CardProbe::sense_mii(ifreq& card) const {
    std::uint16_t status = 0;
    if (const int error = find_transceiver(card); error != 0) return failed(error);
    if (const int error = read(card, mii_status, status); error != 0) return failed(error);
    if (const Reading first = reading_of(status); first.link || first.error != 0) return first;
    if (const int error = read(card, mii_status, status); error != 0) return failed(error);
    return reading_of(status);
}

Reading CardProbe::sense_ethtool(ifreq& card) const {
    ethtool_value value{ETHTOOL_GLINK, 0};
    if (const int error = ethtool(card, &value); error != 0) return failed(error);
    return {value.data != 0, 0, ""};
}

CardReport CardProbe::inspect(Ifindex index) const {
    CardReport report;
    ifreq card;
    if (const int error = name(index, card); error != 0) {
        report.no_mii_text = report.driver.no_link_text = std::strerror(error);
        return report;
    }
    inspect_driver(card, report.driver);
    inspect_mii(card, report);
    return report;
}

void CardProbe::inspect_driver(ifreq& card, DriverReport& report) const {
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    if (ethtool(card, &info) == 0) {
        report.driver = text_of(info.driver, sizeof info.driver);
        report.bus = text_of(info.bus_info, sizeof info.bus_info);
    }
    const Reading link = sense_ethtool(card);
    if (link.error == 0) report.link = link.link;
    report.no_link_text = link.text;
}

void CardProbe::inspect_mii(ifreq& card, CardReport& report) const {
    if (const int error = find_transceiver(card); error != 0) {
        report.no_mii_text = std::strerror(error);
        return;
    }
    MiiRegisters registers;
    registers.transceiver = static_cast<std::uint8_t>(mii_of(card).phy_id);
    int error = 0;
    const auto value = [&](unsigned number) {
        std::uint16_t found = 0;
        if (const int now = read(card, number, found); now != 0) error = now;
        return found;
    };
    (void)value(mii_status);                  // a loss that was latched; the next says how it is now
    registers.status = value(mii_status);
    registers.control = value(mii_control);
    registers.id = static_cast<std::uint32_t>(value(mii_id)) << 16;
    registers.id |= value(mii_id_low);
    registers.advertised = value(mii_advertised);
    registers.partner = value(mii_partner);
    const Reading link = reading_of(registers.status);
    if (error != 0 || link.error != 0) {
        report.no_mii_text = error != 0 ? std::strerror(error) : link.text;
        return;
    }
    if (has_gigabit_registers(registers.status)) {
        registers.gigabit_control = value(mii_gigabit_control);
        registers.gigabit_status = value(mii_gigabit_status);
    }
    report.mii = registers;
}

} // namespace had::sys
