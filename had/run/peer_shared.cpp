#include "had/run/peer_shared.hpp"

#include "had/core/base/utc.hpp"
#include "had/core/config/shared_place.hpp"
#include "had/run/peer_words.hpp"

#include <algorithm>
#include <utility>

namespace had {

using namespace core;

namespace {

// keepalived's word explains; what is decided rests on the kernel's, which is heard.
constexpr Duration between_asks = std::chrono::seconds(1);

bool has_address(const Observed& observed, const IpAddress& address) {
    return std::any_of(observed.addresses.begin(), observed.addresses.end(), [&](const auto& of_link) {
        return std::any_of(of_link.second.begin(), of_link.second.end(), [&](const Address& one) {
            return one.prefix.address == address && !one.tentative && !one.duplicate;
        });
    });
}

// So long ago, as far as this clock knows.
std::string date_before(const Run& run, Duration ago) {
    if (ago < std::chrono::seconds(1)) return run.around.date();
    return utc_micros_text((run.around.wall() - ago / std::chrono::seconds(1)) * 1'000'000);
}

} // namespace

void PeerShared::follow(const Config& config, const PeerConfig& peer) {
    const std::vector<Shared> before = std::exchange(all_, {});
    for (const IpPrefix& address : peer.shared) {
        const auto place = shared_place(config, address);
        if (!place) continue;                 // the parser does not let it in
        const auto known =
            std::find_if(before.begin(), before.end(),
                         [&](const Shared& other) { return other.address.address == address.address; });
        Shared one;
        if (known != before.end()) one = *known;
        else ask_ = {};
        one.address = address;
        one.interface = place->interface;
        one.lan = shared_lan(peer, *place, address.address.family).value_or(0);
        all_.push_back(std::move(one));
    }
}

void PeerShared::look(const Run& run, PeerNetwork& network) {
    const TimePoint now = run.now();
    const bool ask = now >= ask_;
    if (ask) ask_ = now + between_asks;
    for (Shared& one : all_) {
        const bool has = has_address(run.model.observed, one.address.address);
        if (ask || has != one.here.has) one.note = network.vrrp(vrrp_file(one.address.address));
        const TimePoint before = one.watch.since();
        one.watch.see(has, now, one.note.word == VrrpWord::master ? one.note.since : std::nullopt);
        if (one.watch.since() != before)
            one.here.since = one.watch.since() == TimePoint{} ? "" : date_before(run, now - one.watch.since());
        one.here.has = has;
        one.here.word = one.note.word;
        one.here.gone = one.note.gone;
    }
}

void PeerShared::see_other(const Run& run, Shared& one, const std::optional<SharedWatch::Other>& other) {
    if (!other) return one.there.reset();
    const SharedWord& word = other->word;
    const bool same = one.there && one.there->has == word.has;
    SharedHost now{.has = word.has, .kept = word.kept, .gone = word.gone, .word = word.word, .since = {}};
    now.since = same ? one.there->since
                     : date_before(run, std::chrono::milliseconds(word.lasts) + (run.now() - other->heard));
    one.there = std::move(now);
}

void PeerShared::judge(const Run& run, const PeerSession& session, FaultFiles& faults) {
    for (Shared& one : all_) {
        const auto other = session.shared(shared_id(one.address.address));
        see_other(run, one, other);
        one.lan_lost = session.finding(one.lan).lost();
        one.heard = session.is_heard();
        one.watch.judge({.known = session.is_decided(run.now()), .other = other, .lan_lost = one.lan_lost,
                         .gives_way = session.gives_way()},
                        run.now());
        const auto kept = one.watch.kept();
        one.here.kept = kept.value_or(false);
        if (kept) faults.keep(one.address.address, *kept);
    }
    for (Shared& one : all_) one.kept = faults.keeps_from(one.address.address);
}

std::optional<TimePoint> PeerShared::next() const {
    std::optional<TimePoint> at;
    for (const Shared& one : all_)
        if (const auto next = one.watch.next()) earlier(at, *next);
    return at;
}

std::vector<PeerSession::Own> PeerShared::words() const {
    std::vector<PeerSession::Own> words;
    for (const Shared& one : all_)
        words.push_back({{.id = shared_id(one.address.address),
                          .has = one.here.has,
                          .kept = one.kept,
                          .gone = one.here.gone,
                          .word = one.here.word},
                         one.watch.since()});
    return words;
}

std::vector<SharedFinding> PeerShared::findings(const PeerConfig& peer) const {
    std::vector<SharedFinding> all;
    for (const Shared& one : all_) {
        SharedFinding finding{.address = one.address,
                              .interface = one.interface,
                              .here = one.here,
                              .there = one.there,
                              .split = one.watch.is_split(),
                              .nobody = one.watch.has_nobody(),
                              .text = {}};
        finding.text = words_of(finding, peer.name, {.heard = one.heard, .lan_lost = one.lan_lost});
        all.push_back(std::move(finding));
    }
    return all;
}

} // namespace had
