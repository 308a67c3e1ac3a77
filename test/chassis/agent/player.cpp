#include "test/chassis/agent/player.hpp"

#include <algorithm>
#include <cerrno>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <system_error>

namespace had::test::agent {
namespace {

// guest/with-cards shows it to the daemon as /sys.
constexpr const char* played_sys = "/run/chassis/sys";
constexpr int last_slot = 30; // as on the emulated `pc`

std::string value_in(const std::string& properties, const std::string& key) {
    const auto at = properties.find(key + '=') + key.size() + 1;
    return properties.substr(at, properties.find('\n', at) - at);
}

} // namespace

void Player::insert(const Json& request) {
    const int slot = request.at("slot");
    std::vector<PlayedFunction>& card = cards_[slot];
    for (const auto& interface : request.at("interfaces").items())
        card.push_back({slot, std::stoi(interface.key()), request.at("card"), request.at("driver")});
    for (const PlayedFunction& function : card) slots().insert(function);
    for (const PlayedFunction& function : card)
        slots().bind(function, request.at("interfaces").at(static_cast<std::size_t>(function.number)));
}

void Player::remove(const Json& request) {
    const auto found = cards_.find(request.at("slot").get<int>());
    if (found == cards_.end()) return;
    for (const PlayedFunction& function : found->second) slots().remove(function);
    cards_.erase(found);
}

PlayedSlots& Player::slots() {
    if (slots_) return *slots_;
    uevents_ = Fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
    if (!uevents_) throw std::system_error(errno, std::generic_category(), "a socket for uevents");
    slots_ = std::make_unique<PlayedSlots>(
        played_sys, [this](std::string_view, const std::string& properties) { announce(properties); });
    for (int slot = 2; slot <= last_slot; ++slot) slots_->add_slot(slot);
    return *slots_;
}

void Player::announce(const std::string& properties) {
    std::string text = value_in(properties, "ACTION") + '@' + value_in(properties, "DEVPATH") + '\n' + properties;
    std::replace(text.begin(), text.end(), '\n', '\0');
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(text.size()));
    header.nlmsg_type = NLMSG_MIN_TYPE;
    header.nlmsg_flags = NLM_F_REQUEST;
    text.insert(0, reinterpret_cast<const char*>(&header), sizeof header);
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(uevents_.get(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
                 sizeof kernel) < 0)
        throw std::system_error(errno, std::generic_category(), "a uevent");
}

} // namespace had::test::agent
