#include "had/core/config/told_word.hpp"

#include "had/core/config/tuning.hpp"

#include <algorithm>

namespace had::core {
namespace {

constexpr int forwarding = 2, rp_filter = 3, proxy_neigh = 5, ignore_routes_with_linkdown = 6;

constexpr ToldWord words[] = {
    {IpFamily::v4, forwarding, "net.ipv4.conf.forwarding"},
    {IpFamily::v4, rp_filter, "net.ipv4.conf.rp_filter"},
    {IpFamily::v4, proxy_neigh, "net.ipv4.conf.proxy_arp"},
    {IpFamily::v4, ignore_routes_with_linkdown, "net.ipv4.conf.ignore_routes_with_linkdown"},
    {IpFamily::v6, forwarding, "net.ipv6.conf.forwarding"},
    {IpFamily::v6, proxy_neigh, "net.ipv6.conf.proxy_ndp"},
    {IpFamily::v6, ignore_routes_with_linkdown, "net.ipv6.conf.ignore_routes_with_linkdown"},
};

} // namespace

std::span<const ToldWord> told_words() { return words; }

bool is_told(std::string_view word) {
    return word == queue_word ||
           std::any_of(std::begin(words), std::end(words), [&](const ToldWord& one) { return one.word == word; });
}

} // namespace had::core
