// Two sessions of peers, each the other's, and the LANs between them.
#pragma once

#include "had/core/peer/session.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace had::test {

using namespace core;
using namespace std::chrono_literals;

// How long a packet takes.
inline constexpr Duration wire = 200us;

inline PeerConfig two_lans(PeerRole role = PeerRole::both) {
    PeerConfig config;
    config.name = "there";
    config.lans = {{"a", *ip_address_from("10.1.0.2"), 1}, {"b", *ip_address_from("10.2.0.2"), 2}};
    config.role = role;
    return config;
}

// Two hosts, two LANs between them, and somebody who writes down all that is said.
class Between {
public:
    struct Packet {
        int to = 0;
        std::size_t lan = 0;
        PeerPacket packet;
        TimePoint at{};
    };

    explicit Between(PeerConfig here = two_lans(), PeerConfig there = two_lans()) : configs_{here, there} {
        start(0);
        start(1);
    }

    void start(int side, std::size_t chosen = 0) {
        sides[side] = std::make_unique<PeerSession>(configs_[side], ++number_, now, chosen);
        for (std::size_t lan = 0; lan < configs_[side].lans.size(); ++lan) set_link(side, lan, true);
    }
    void end(int side) { sides[side].reset(); }
    void set_link(int side, std::size_t lan, bool up) { take(side, sides[side]->set_link(lan, up, now)); }

    // `to` hears nothing of that LAN any more.
    void cut(std::size_t lan, int to) { dead_[lan][to] = true; }
    void cut(std::size_t lan) { cut(lan, 0), cut(lan, 1); }
    void heal(std::size_t lan) { dead_[lan][0] = dead_[lan][1] = false; }

    void run(Duration time) { run_until(now + time, [] { return false; }); }
    // How long it took; the limit: it did not come to that.
    template <class Until>
    Duration wait(Until until, Duration limit = 10s) {
        const TimePoint begin = now;
        run_until(now + limit, until);
        return now - begin;
    }
    // Somebody sends it again.
    PeerSession::Heard replay(const Packet& packet) {
        PeerSession::Heard heard = sides[packet.to]->hear(packet.lan, packet.packet, now);
        take(packet.to, heard.sends);
        return heard;
    }

    // What a side sends.
    void take(int side, const std::vector<PeerSend>& sends) {
        for (const PeerSend& one : sends) {
            const Packet packet{1 - side, one.lan, one.packet, now + wire};
            if (records) recorded.push_back(packet);
            if (!dead_[one.lan][1 - side]) flying_.push_back(packet);
        }
    }

    [[nodiscard]] std::size_t used(int side) const { return sides[side]->chosen(); }
    [[nodiscard]] bool both_use(std::size_t lan) const { return used(0) == lan && used(1) == lan; }
    [[nodiscard]] bool all_good() const {
        for (const auto& side : sides)
            for (std::size_t lan = 0; lan < 2; ++lan)
                if (!side->finding(lan).usable()) return false;
        return true;
    }

    TimePoint now{1h};
    std::unique_ptr<PeerSession> sides[2];
    std::vector<Packet> recorded;
    bool records = true;
    unsigned moves = 0;

private:
    template <class Until>
    void run_until(TimePoint limit, Until until) {
        while (!until()) {
            TimePoint next = limit;
            if (!flying_.empty()) next = std::min(next, flying_.front().at);
            for (const auto& side : sides)
                if (side && side->next()) next = std::min(next, *side->next());
            now = std::max(now, next);
            if (now >= limit) return;
            const std::size_t before[2] = {chosen(0), chosen(1)};
            while (!flying_.empty() && flying_.front().at <= now) {
                const Packet packet = flying_.front();
                flying_.pop_front();
                if (sides[packet.to]) take(packet.to, sides[packet.to]->hear(packet.lan, packet.packet, now).sends);
            }
            for (int side : {0, 1})
                if (sides[side] && sides[side]->next() && *sides[side]->next() <= now)
                    take(side, sides[side]->step(now));
            for (int side : {0, 1}) moves += before[side] != chosen(side) ? 1U : 0U;
        }
    }
    [[nodiscard]] std::size_t chosen(int side) const { return sides[side] ? sides[side]->chosen() : 0; }

    PeerConfig configs_[2];
    bool dead_[2][2] = {};
    std::deque<Packet> flying_;
    std::uint64_t number_ = 1000;
};

} // namespace had::test
