// The sysctls of an interface of whose changes the kernel tells, whoever makes them: by RTM_NEWNETCONF
// (net/ipv4/devinet.c devinet_conf_proc, net/ipv6/addrconf.c inet6_netconf_notify_devconf).  A write to any other one
// sends nothing.
//
// What is written to `default` the kernel copies into interfaces for which the word was never set, and tells of
// `default` alone (devinet_copy_dflt_conf).  It is an event of the interface 0.
#pragma once

#include "had/core/base/ip.hpp"

#include <span>
#include <string_view>

namespace had::core {

struct ToldWord {
    IpFamily family;
    int attribute;                            // of linux/netconf.h
    std::string_view word;
};
std::span<const ToldWord> told_words();
// Also of the queue's length, which is a link's own.
bool is_told(std::string_view word);

} // namespace had::core
