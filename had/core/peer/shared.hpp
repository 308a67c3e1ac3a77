// An address that one of two hosts has at a time ([peer], `shared`).  VRRP moves it, by keepalived; here is what both
// hosts know of it, and what follows when VRRP has lost a host that lives.
//
// Who has the address is asked of the kernel, and told to the other host on every LAN.  Two things then keep a host
// from taking it, by the fault file that keepalived tracks:
//
//   * The LAN that VRRP runs on is lost, and the other host, heard by another LAN, has the address.  VRRP would make
//     this one master as well, and has not yet: its patience is the longer one (hadctl pair setup).
//   * Both have it.  The one that took it later gives it up, as soon as it is clear that VRRP will not have it so.
//
// It ends when the LAN serves again, or when the other host does not have the address any more, or is not heard: a host
// that may be dead keeps nobody.  One whose daemon ends in order keeps for ten seconds more: it may start again.  An
// address that a dead keepalived has left on the other host keeps like any other: two hosts that have it are worse than
// one that does not give it up, and the alarm says where to start keepalived.  If VRRP has lost a host over a LAN that
// serves, nothing here can find out that it would hear it again; so that lasts until the other host gives the address
// up.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// What keepalived has said last.
enum class VrrpWord : std::uint8_t { unknown, backup, master, fault, stopped };
inline constexpr std::array<std::string_view, 5> vrrp_word_names{"unknown", "backup", "master", "fault", "stopped"};
inline std::string_view to_string(VrrpWord word) { return vrrp_word_names[static_cast<std::size_t>(word)]; }
std::optional<VrrpWord> vrrp_word_from(std::string_view word);

// What a host tells of an address in a packet.
struct SharedWord {
    std::uint32_t id = 0;                     // of the address (shared_id)
    bool has = false, kept = false;           // the address; from taking it, by its own daemon
    bool gone = false;                        // keepalived has ended without a word
    VrrpWord word = VrrpWord::unknown;
    std::uint32_t lasts = 0;                  // ms: how long `has` has been so

    [[nodiscard]] bool says_the_same(const SharedWord& o) const {
        return id == o.id && has == o.has && kept == o.kept && gone == o.gone && word == o.word;
    }
    friend bool operator==(const SharedWord&, const SharedWord&) = default;
};
std::uint32_t shared_id(const IpAddress& address);
std::uint32_t shared_lasts(TimePoint since, TimePoint now);

// Where `hadctl pair notify` writes what keepalived says.
std::string vrrp_file(const IpAddress& address);
// What that file says.
struct VrrpNote {
    VrrpWord word = VrrpWord::unknown;
    bool gone = false;
    std::optional<TimePoint> since;           // of this boot's monotonic clock
};

// The same as it is shown.
struct SharedHost {
    bool has = false, kept = false, gone = false;
    VrrpWord word = VrrpWord::unknown;
    std::string since;                        // RFC 3339: when it took the address, or gave it up; or empty

    friend bool operator==(const SharedHost&, const SharedHost&) = default;
};

struct SharedFinding {
    IpPrefix address;
    std::string interface;                    // "bond0"
    SharedHost here;
    std::optional<SharedHost> there;          // nothing: the other host is not heard, or tells nothing of it
    bool split = false;                       // VRRP has lost the other host, which lives
    bool nobody = false;                      // both hosts live, and none has taken it for a while
    std::string text;                         // what is wrong; or empty

    friend bool operator==(const SharedFinding&, const SharedFinding&) = default;
};

// One address, of one host.
class SharedWatch {
public:
    // Of this host, as the kernel says.  `known`: since when it had the address before this daemon looked.
    void see(bool has, TimePoint now, std::optional<TimePoint> known = {});

    struct Other {
        SharedWord word;
        TimePoint heard;                      // when it said so
    };
    struct Facts {
        bool known = false;                   // it is known whether the other host is heard
        std::optional<Other> other;           // what it says, if it is
        bool lan_lost = false;                // the one that VRRP runs on
        bool gives_way = false;               // this host, when age does not decide: the opposite at the other one
    };
    void judge(const Facts& facts, TimePoint now);
    // When that may come out otherwise though nothing has happened.
    [[nodiscard]] std::optional<TimePoint> next() const;

    [[nodiscard]] bool has() const { return has_; }
    [[nodiscard]] TimePoint since() const { return since_; }
    // Nothing: as long as nobody knows.
    [[nodiscard]] std::optional<bool> kept() const { return kept_; }
    [[nodiscard]] bool is_split() const { return split_; }
    [[nodiscard]] bool has_nobody() const { return nobody_; }

private:
    bool keeps(const Facts& facts, TimePoint now);

    bool seen_ = false, has_ = false;
    TimePoint since_{};
    std::optional<bool> kept_;
    bool by_lan_ = false;                     // kept for its LAN: so until that serves
    bool split_ = false, nobody_ = false;
    std::optional<TimePoint> both_, none_;    // since when both have it, or none has
    TimePoint judged_{};
};

} // namespace had::core
