// The answer to `peer` as JSON text, and back; as view_json.cpp does it.
#include "had/control/fields.hpp"
#include "had/control/view_json.hpp"

namespace had::core {

using control::OneOf;

// As PeerRefusal has them.
constexpr std::array<const char*, peer_refusal_names.size()> refused{
    "refused_malformed", "refused_version",     "refused_key",     "refused_forged", "refused_stale",
    "refused_replayed",  "refused_misnumbered", "refused_crossed", "refused_limited"};

template <OneOf<PeerReport> V, class F>
void fields(V& peer, F& field) {
    field("peer", peer.peer);
    field("lan", peer.lan);
    field("interface", peer.interface);
    field("address", peer.address);
    field("used", peer.used);
    field("link", peer.link);
    field("peer_hears", peer.peer_hears);
    field("state", peer.state);
    field("lasts_us", peer.lasts);
    field("heard_us", peer.heard);
    field("sent", peer.sent);
    field("received", peer.received);
    field("answered", peer.answered);
    field("round_trip_us", peer.round_trip);
    for (std::size_t i = 0; i < peer.refused.size(); ++i) field(refused[i], peer.refused[i]);
    field("text", peer.text);
}

template <OneOf<PeerFound> V, class F>
void fields(V& found, F& field) {
    field("lan", found.lan);
    field("interface", found.interface);
    field("address", found.address);
    field("peer", found.peer);
    field("knows", found.knows);
    field("key", found.key);
}

} // namespace had::core

namespace had::control {

std::string to_json(const std::vector<core::PeerFound>& found) {
    return JsonText{{"found", texts(found, [](const core::PeerFound& one) { return write_object(one); })}}.text();
}

std::optional<std::vector<core::PeerFound>> found_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        std::vector<core::PeerFound> found;
        take_list(json, "found", found, [](const Json& one) { return read_object<core::PeerFound>(one); });
        return found;
    });
}

std::string to_json(const std::vector<core::PeerReport>& peers) {
    return JsonText{{"peers", texts(peers, [](const core::PeerReport& peer) { return write_object(peer); })}}.text();
}

std::optional<std::vector<core::PeerReport>> peers_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        std::vector<core::PeerReport> peers;
        take_list(json, "peers", peers, [](const Json& one) { return read_object<core::PeerReport>(one); });
        return peers;
    });
}

} // namespace had::control
