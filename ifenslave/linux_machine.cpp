#include "ifenslave/linux_machine.hpp"

#include "had/control/json.hpp"
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace had::ifenslave {

namespace {

// Nothing is read from the socket that listens.
constexpr std::size_t small_buffer = 4096;
// How long the daemon may take to answer; after that the work is done without it.
constexpr core::Duration patience = std::chrono::seconds(2);

std::optional<Interface> decode_interface(const nlmsghdr& message) {
    auto link = sys::decode_link(message);
    if (!link) return std::nullopt;
    Interface interface;
    interface.link = *std::move(link);
    ifinfomsg header{};
    std::memcpy(&header, nlmsg_data(&message), sizeof header);
    interface.flags = header.ifi_flags & 0xffff;
    interface.type = header.ifi_type;
    const sys::Attributes attributes(nlmsg_attrdata(&message, sizeof header),
                                     nlmsg_attrlen(&message, sizeof header));
    if (const nlattr* address = attributes[IFLA_ADDRESS]) {
        const auto size = std::min<std::size_t>(static_cast<std::size_t>(nla_len(address)),
                                                interface.hardware.size());
        std::memcpy(interface.hardware.data(), nla_data(address), size);
    }
    return interface;
}

void add(Snapshot& snapshot, const core::Address& address) {
    for (auto& interface : snapshot.interfaces)
        if (interface.link.index == address.link) interface.addresses.push_back(address.prefix);
}

} // namespace

LinuxMachine::LinuxMachine() : rtnl_(small_buffer) {}

Snapshot LinuxMachine::observe() {
    Snapshot snapshot;
    rtnl_.dump(
        sys::link_dump_request, [&] { snapshot.interfaces.clear(); },
        [&](const nlmsghdr& message) {
            if (auto interface = decode_interface(message))
                snapshot.interfaces.push_back(*std::move(interface));
        });
    rtnl_.dump(
        sys::address_dump_request,
        [&] {
            for (auto& interface : snapshot.interfaces)
                interface.addresses.clear();
        },
        [&](const nlmsghdr& message) {
            if (const auto address = sys::decode_address(message)) add(snapshot, *address);
        });
    return snapshot;
}

core::ActionResult LinuxMachine::apply(const core::Operation& operation) {
    return rtnl_.apply(operation);
}

control::Client* LinuxMachine::had() {
    if (!asked_) {
        asked_ = true;
        try {
            had_.emplace(control::socket_path(), patience);
        } catch (const control::ClientError&) { // then without it
        }
    }
    return had_ ? &*had_ : nullptr;
}

std::optional<core::ActionResult> LinuxMachine::had_activates(const std::string& master,
                                                              const std::string& slave) try {
    if (!had()) return std::nullopt;
    had()->call("bond.activate", {{"bond", master}, {"port", slave}});
    return core::ActionResult{};
} catch (const control::CallError& e) {
    using enum control::ErrorCode;
    // The daemon is older than the verb, or does not manage the bond.
    if (e.error.code == unknown_verb || e.error.code == no_such_object) return std::nullopt;
    return core::ActionResult{e.error.code == no_permission ? EPERM : EBUSY,
                              "had: " + e.error.text};
} catch (const control::ClientError&) {
    had_.reset();
    return std::nullopt;
}

bool LinuxMachine::tell_had(const std::string& verb, const std::string& slave) try {
    if (!had()) return false;
    had()->call(verb, {{"port", slave}});
    return true;
} catch (const control::CallError&) { // the daemon is older than the verb, or refuses the caller
    return false;
} catch (const control::ClientError&) {
    had_.reset();
    return false;
}

std::optional<Claim> LinuxMachine::claim_of_had(const std::string& interface) try {
    if (!had()) return std::nullopt;
    if (!status_) status_ = had()->call("status");
    return claim_in(*status_, interface);
} catch (const control::ClientError&) {
    had_.reset();
    return std::nullopt;
}

std::optional<Claim> claim_in(const std::string& status, const std::string& interface) try {
    const auto json = control::parse(status);
    for (const auto& slot : json.at("slots"))
        for (const auto& port : slot.at("ports"))
            if (port.at("interface") == interface && port.at("config") != "")
                return Claim{port.at("name"), port.at("config"), port.at("bond")};
    return std::nullopt;
} catch (const control::Json::exception&) { // not an answer of the daemon's
    return std::nullopt;
}

} // namespace had::ifenslave
