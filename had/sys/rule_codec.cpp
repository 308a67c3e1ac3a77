// Policy rules.  The daemon's own are known by their protocol number, as its routes are.
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstdint>

namespace had::sys {

using namespace core;

namespace {

// FNV-1a: told from each other, and 0 for nothing.
class Rest {
public:
    void add(const void* data, int size) {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        for (int i = 0; i < size; ++i) hash_ = (hash_ ^ bytes[i]) * 16777619U;
        any_ = true;
    }
    template <class T>
    void number(const T& value) {
        if (value != T{}) add(&value, sizeof value);
    }
    [[nodiscard]] std::uint32_t value() const { return !any_ ? 0 : hash_ != 0 ? hash_ : 1; }

private:
    std::uint32_t hash_ = 2166136261U;
    bool any_ = false;
};

// What the kernel says of each rule (net/core/fib_rules.c fib_nl_fill_rule), and of one that has no such limit.
bool is_usual(const nlattr& a) {
    constexpr std::uint32_t none = 0xffffffff;
    switch (nla_type(&a)) {
    case FRA_SRC:
    case FRA_TABLE:
    case FRA_PRIORITY:
    case FRA_PROTOCOL: return true;
    case FRA_SUPPRESS_PREFIXLEN:
        return nla_len(&a) == sizeof none && std::memcmp(nla_data(&a), &none, sizeof none) == 0;
    default: return false;
    }
}

std::uint32_t rest_of(const nlmsghdr& message, const fib_rule_hdr& header) {
    Rest rest;
    rest.number(header.tos);
    rest.number(header.dst_len);
    rest.number(header.flags & FIB_RULE_INVERT);
    int left = nlmsg_attrlen(&message, sizeof header);
    for (const nlattr* a = nlmsg_attrdata(&message, sizeof header); nla_ok(a, left); a = nla_next(a, &left))
        if (!is_usual(*a)) rest.add(a, nla_attr_size(nla_len(a)));
    return rest.value();
}

Message rule_message(int type, int flags, const Rule& rule) {
    fib_rule_hdr header{};
    header.family = rule.from.address.family == IpFamily::v4 ? AF_INET : AF_INET6;
    header.src_len = rule.from.length;
    header.table = static_cast<std::uint8_t>(rule.table < 256 ? rule.table : RT_TABLE_UNSPEC);
    header.action = FR_ACT_TO_TBL;
    auto m = message(type, flags, header);
    if (rule.from.length != 0) put(m, FRA_SRC, rule.from.address);
    put(m, FRA_TABLE, rule.table);
    put(m, FRA_PRIORITY, rule.priority);
    put(m, FRA_PROTOCOL, route_protocol);
    return m;
}

Message rule_dump_request(std::uint8_t family) {
    fib_rule_hdr header{};
    header.family = family;
    return message(RTM_GETRULE, NLM_F_DUMP, header);
}

} // namespace

std::optional<SeenRule> decode_rule(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWRULE && message.nlmsg_type != RTM_DELRULE) return std::nullopt;
    const auto parsed = parse<fib_rule_hdr>(message);
    if (!parsed) return std::nullopt;
    const auto& [header, a] = *parsed;
    if (header.family != AF_INET && header.family != AF_INET6) return std::nullopt;
    if (header.action != FR_ACT_TO_TBL) return std::nullopt;
    const IpFamily family = header.family == AF_INET ? IpFamily::v4 : IpFamily::v6;
    SeenRule seen;
    seen.rule.from = {IpAddress{family, {}}, header.src_len};
    if (a.has(FRA_SRC)) seen.rule.from.address = ip(*a[FRA_SRC], family);
    if (!is_sound(seen.rule.from)) return std::nullopt;
    seen.rule.table = a.get<std::uint32_t>(FRA_TABLE).value_or(header.table);
    seen.rule.priority = a.get<std::uint32_t>(FRA_PRIORITY).value_or(0);
    seen.protocol = a.get<std::uint8_t>(FRA_PROTOCOL).value_or(RTPROT_UNSPEC);
    seen.rest = rest_of(message, header);
    return seen;
}

// NLM_F_EXCL: else there would be two of them.
std::vector<Request> encode_one(const AddRule& op) {
    return one(rule_message(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, op.rule));
}

std::vector<Request> encode_one(const RemoveRule& op) {
    return one(rule_message(RTM_DELRULE, 0, op.rule), ENOENT);
}

Message ipv4_rule_dump_request() { return rule_dump_request(AF_INET); }
Message ipv6_rule_dump_request() { return rule_dump_request(AF_INET6); }

} // namespace had::sys
