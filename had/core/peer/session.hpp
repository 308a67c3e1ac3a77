// Two hosts that ask each other on every LAN between them, and which LAN both use.
//
// Freshness needs no clock.  Each side has a session number, new with each start, and believes a packet only if that
// carries it: nothing from an earlier life does.  Within a session the sequence grows.  Another session of the other
// side is believed when the packet echoes something that was sent later than all that was echoed before: nobody can
// have recorded that.
//
// Each packet tells which LANs its sender has lost.  So both sides know both directions of all LANs, and choose alike.
// A change is told at once on every LAN.  The loss of a LAN is believed when nothing was heard for `fall` intervals and
// a quarter, whoever asks; a return when `rise` answers came without a gap, twice as many after each loss within a
// minute.  Where no LAN serves nothing is moved.
//
// An inquiry that is not fresh is answered all the same, since the answer is what makes the next one fresh; but no more
// often than its sender asks.  It goes to the configured address alone, and is as long as the inquiry but for what each
// host says of shared addresses (packet.hpp).
#pragma once

#include "had/core/config/peer.hpp"
#include "had/core/peer/packet.hpp"
#include "had/core/peer/state.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace had::core {

struct PeerSend {
    std::size_t lan = 0;
    PeerPacket packet;
};

class PeerSession {
public:
    // `number`: random, and never 0.  `chosen`: the LAN by which the routes lead now.
    PeerSession(PeerConfig config, std::uint64_t number, TimePoint now, std::size_t chosen);

    // Whether the LAN's interface is there, with a link.
    std::vector<PeerSend> set_link(std::size_t lan, bool link, TimePoint now);
    // What is due; to be called at the time that next() names.
    std::vector<PeerSend> step(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next() const;
    // A packet that is signed, from the peer's address on that LAN.
    struct Heard {
        std::vector<PeerSend> sends;
        std::optional<PeerRefusal> refused;
    };
    Heard hear(std::size_t lan, const PeerPacket& packet, TimePoint now);
    // Whether a signed packet that came in on another LAN than it was sent on has just been sent, and is no record.
    // True once for each.
    bool has_strayed(const PeerPacket& packet);
    // Of the addresses that both hosts share.  `lasts` of the words is that of `since`, when they are sent.
    struct Own {
        SharedWord word;
        TimePoint since;
    };
    // Another word than before is told at once.
    std::vector<PeerSend> set_shared(std::vector<Own> own, TimePoint now);
    // What the other host has said last; nothing: it is not heard, or has said nothing of that address.
    [[nodiscard]] std::optional<SharedWatch::Other> shared(std::uint32_t id) const;
    // On any LAN.
    [[nodiscard]] bool is_heard() const;
    // Whether it is known if the other host is heard: it is, or no LAN is left on which it could be.  A daemon that has
    // ended in order has its time to be started again.
    [[nodiscard]] bool is_decided(TimePoint now) const;
    // Of both, it gives way where nothing else decides.
    [[nodiscard]] bool gives_way() const { return session_ < peer_session_; }
    // The last words of an orderly end.
    std::vector<PeerSend> leave(TimePoint now);

    [[nodiscard]] const PeerConfig& config() const { return config_; }
    [[nodiscard]] std::size_t chosen() const { return chosen_; }
    [[nodiscard]] bool left() const { return left_; }
    [[nodiscard]] LanFinding finding(std::size_t lan) const;
    // A number that is another one when anything of all that is found is.
    [[nodiscard]] std::uint64_t digest() const;
    // Fills in what the session knows: state, times, counters.
    void report(std::size_t lan, TimePoint now, PeerReport& report) const;

private:
    // So many at once, then one in a while.
    struct Bucket {
        TimePoint full{};                     // when it will be full again
        bool take(TimePoint now, Duration each);
    };
    struct Lan {
        bool link = false;
        LanState state = LanState::unproven, theirs = LanState::unproven;
        TimePoint since{};                    // of the state
        TimePoint waited{};                   // silence counts from here: the last packet, or when the link came
        std::optional<TimePoint> heard, counted;
        unsigned streak = 0, losses = 0;
        std::uint32_t sequence = 0, their_sequence = 0, echoed = 0;
        std::uint32_t strayed = 0;            // the latest that was echoed by what has strayed
        std::uint32_t asked = 0;              // the sequence of the last inquiry, and when
        TimePoint asked_at{}, ask_at{};
        Bucket fresh, stale;
        std::optional<TimePoint> usable;      // since when
        std::uint64_t sent = 0, received = 0, answered = 0;
        Duration round_trip{};
    };

    [[nodiscard]] Duration expected() const;
    [[nodiscard]] TimePoint deadline(const Lan& lan) const;
    [[nodiscard]] unsigned needed(const Lan& lan) const;
    [[nodiscard]] std::uint8_t lost_bits() const;
    [[nodiscard]] bool hears_us(std::size_t lan) const { return (peer_lost_ >> lan & 1U) == 0; }
    void set_state(Lan& lan, LanState state, TimePoint now);
    void forgive_lateness(TimePoint now);
    PeerPacket packet(std::size_t lan, PeerWord word, TimePoint now);
    PeerSend inquiry(std::size_t lan, TimePoint now);
    bool is_news(std::size_t lan, const PeerPacket& packet, PeerRefusal& why);
    void believe(std::size_t lan, const PeerPacket& packet, TimePoint now);
    void count(Lan& lan, const PeerPacket& packet, TimePoint now);
    void choose(TimePoint now);
    void tell(TimePoint now, std::vector<PeerSend>& sends);
    // What is to be told at once, when other LANs are lost than before.
    void tell_change(std::uint8_t before, TimePoint now, std::vector<PeerSend>& sends);

    PeerConfig config_;
    std::uint64_t session_, peer_session_ = 0;
    std::uint64_t time_ = 0, peer_time_ = 0;  // of the last packet: of two of one moment the later word counts
    std::uint8_t peer_lost_ = 0;
    Duration peer_interval_{};
    bool left_ = false;
    std::optional<TimePoint> waits_until_;    // for a daemon that has ended in order
    std::size_t chosen_;
    std::vector<Lan> lans_;
    std::vector<Own> own_;
    std::vector<SharedWord> theirs_;
    TimePoint told_{};                        // when they came
    unsigned told_anew_ = 0;                  // so often they said something else
};

} // namespace had::core
