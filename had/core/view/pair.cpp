#include "had/core/view/pair.hpp"

#include <algorithm>

namespace had::core {

namespace {

// A master is heard, and hears nobody: that it is heard its backup says.
std::string vrrp_of(const SharedView& shared) {
    if (shared.split) return "lost";
    if (!shared.here || !shared.there) return "unknown";
    const bool hears = shared.here->word == VrrpWord::backup && !shared.here->gone && shared.there->has;
    const bool is_heard = shared.there->word == VrrpWord::backup && !shared.there->gone && shared.here->has;
    return hears || is_heard ? "heard" : "unknown";
}

} // namespace

std::vector<PairReport> pairs_of(const View& view) {
    std::vector<PairReport> pairs;
    for (const PeerView& peer : view.peers)
        for (const SharedView& shared : peer.shared)
            pairs.push_back({.peer = peer.name, .shared = shared, .vrrp = vrrp_of(shared), .lans = peer.lans});
    return pairs;
}

bool is_wrong(const PairReport& pair) {
    return !pair.shared.text.empty() || std::none_of(pair.lans.begin(), pair.lans.end(), [](const PeerLanView& lan) {
        return lan.usable();
    });
}

} // namespace had::core
