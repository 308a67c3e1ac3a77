// Spans: from when to when an object served, was down, was down by order, or was not looked at.
//
// Lengths come from the clock that nobody sets (CLOCK_BOOTTIME); the time of day only says when a span began.  So no
// step of the clock invents or hides an outage.  Across a reboot there is no such clock: what lies between is unknown,
// and its length a guess.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::record {

// Microseconds.  As an event has them: doc/protocol.md.
struct Moment {
    std::int64_t time = 0;                    // since 1970
    std::string boot = {};
    std::int64_t uptime = 0;

    friend bool operator==(const Moment&, const Moment&) = default;
};

enum class State : std::uint8_t { up, down, planned, unknown };
std::string_view to_string(State state);
std::optional<State> state_from(std::string_view word);

struct Span {
    std::string kind = {}, object = {};       // "bond", "vlan" or "port"; "bond0", "vlan5", "16.0"
    State state = State::unknown;
    bool unprotected = false;                 // up, and the next failure takes it down
    Moment begin = {};
    std::int64_t length = 0;                  // of one that has ended
    bool guessed = false;                     // the length: it ends in another boot

    friend bool operator==(const Span&, const Span&) = default;
};

// From one to the other: by the uptime within one boot, by the time of day otherwise.  Never negative.
std::int64_t between(const Moment& from, const Moment& to);

// The spans of all objects; those that have ended are taken away by who keeps them.
class Spans {
public:
    Spans() = default;
    explicit Spans(std::map<std::string, Span> open) : open_(std::move(open)) {}

    [[nodiscard]] const Span* open(const std::string& object) const;
    [[nodiscard]] const std::map<std::string, Span>& all_open() const { return open_; }
    // From `at` on it is so.  A span that was so already goes on; but a clock that was set meanwhile begins another,
    // so that each has its true time of day.
    void set(std::string_view kind, const std::string& object, State state, bool unprotected, const Moment& at);
    // The object is not wanted any more.
    void end(const std::string& object, const Moment& at);
    [[nodiscard]] std::vector<Span> take_ended();

private:
    void close(const Span& span, const Moment& at);

    std::map<std::string, Span> open_;
    std::vector<Span> ended_;
};

} // namespace had::record
