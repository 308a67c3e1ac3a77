// What `status` and `pair` both have of a peer: its LANs, and the addresses that two hosts share.
#pragma once

#include "had/control/fields.hpp"

namespace had::core {

template <control::OneOf<SharedHost> V, class F>
void fields(V& host, F& field) {
    field("has", host.has);
    field("kept", host.kept);
    field("gone", host.gone);
    field("word", host.word);
    field("since", host.since);
}

template <control::OneOf<SharedView> V, class F>
void fields(V& shared, F& field) {
    field("address", shared.address);
    field("interface", shared.interface);
    field("here", shared.here);
    field("there", shared.there);
    field("split", shared.split);
    field("nobody", shared.nobody);
    field("text", shared.text);
}

template <control::OneOf<PeerLanView> V, class F>
void fields(V& lan, F& field) {
    field("lan", lan.lan);
    field("interface", lan.interface);
    field("address", lan.address);
    field("state", lan.state);
    field("peer_hears", lan.peer_hears);
    field("link", lan.link);
    field("used", lan.used);
    field("text", lan.text);
}

} // namespace had::core
