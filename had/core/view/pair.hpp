// Addresses that this host shares with another, for `hadctl pair`.
#pragma once

#include "had/core/view/view.hpp"

#include <string>
#include <vector>

namespace had::core {

struct PairReport {
    std::string peer;
    SharedView shared;
    std::string vrrp;                         // whether VRRP hears the other host: "heard", "lost", "unknown"
    std::vector<PeerLanView> lans;            // by which the daemons hear each other

    friend bool operator==(const PairReport&, const PairReport&) = default;
};
std::vector<PairReport> pairs_of(const View& view);
// Something is to be done about it.
bool is_wrong(const PairReport& pair);

} // namespace had::core
