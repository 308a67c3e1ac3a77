// Rules of policy routing, as far as they are told to a person.
#include "had/sys/rule_text.hpp"

#include "had/sys/netlink_attributes.hpp"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <fmt/format.h>

namespace had::sys {

namespace {

// The kernel's own (net/ipv4/fib_rules.c, net/ipv6/fib6_rules.c): local, main and default.
bool is_kernels(std::uint32_t priority) { return priority == 0 || priority == 32766 || priority == 32767; }

std::string network(const Attributes& a, int type, core::IpFamily family, std::uint8_t length) {
    const core::IpPrefix prefix{ip(*a[type], family), length};
    return is_sound(prefix) ? to_string(prefix) : "a network";
}

// What is done with such a packet, where it is not looked up in a table.
std::string action(const fib_rule_hdr& header, const Attributes& a) {
    switch (header.action) {
    case FR_ACT_TO_TBL:
        if (a.has(FRA_L3MDEV)) return "";
        return fmt::format(" table {}", a.get<std::uint32_t>(FRA_TABLE).value_or(header.table));
    case FR_ACT_GOTO: return fmt::format(" goto {}", a.get<std::uint32_t>(FRA_GOTO).value_or(0));
    case FR_ACT_NOP: return " nop";
    case FR_ACT_BLACKHOLE: return " blackhole";
    case FR_ACT_UNREACHABLE: return " unreachable";
    case FR_ACT_PROHIBIT: return " prohibit";
    default: return fmt::format(" action {}", header.action);
    }
}

} // namespace

std::optional<std::string> rule_text(const nlmsghdr& message) {
    const auto parsed = message.nlmsg_type == RTM_NEWRULE ? parse<fib_rule_hdr>(message) : std::nullopt;
    if (!parsed) return std::nullopt;
    const auto& [header, a] = *parsed;
    const std::uint32_t priority = a.get<std::uint32_t>(FRA_PRIORITY).value_or(0);
    if (is_kernels(priority) || (header.family != AF_INET && header.family != AF_INET6)) return std::nullopt;
    const core::IpFamily family = header.family == AF_INET ? core::IpFamily::v4 : core::IpFamily::v6;
    std::string text = header.flags & FIB_RULE_INVERT ? "not " : "";
    text += "from " + (a.has(FRA_SRC) ? network(a, FRA_SRC, family, header.src_len) : "all");
    if (a.has(FRA_DST)) text += " to " + network(a, FRA_DST, family, header.dst_len);
    if (a.has(FRA_IIFNAME)) text += " iif " + a.text(FRA_IIFNAME);
    if (a.has(FRA_OIFNAME)) text += " oif " + a.text(FRA_OIFNAME);
    if (a.has(FRA_FWMARK)) text += fmt::format(" fwmark {:#x}", a.get<std::uint32_t>(FRA_FWMARK).value_or(0));
    return text + action(header, a) + fmt::format(" priority {}", priority);
}

} // namespace had::sys
