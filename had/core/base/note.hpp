// What there is to say of an object.  The plan says it, the view shows it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace had::core {

// The kind of a problem, for code that acts on it: nothing acts on the words.
enum class ProblemKind : std::uint8_t { other, card_unknown, quarantined, card_dead, driver_failed };

struct Note {
    std::string doing;                        // "loading e1000", "waiting for udev"; or empty
    std::string problem;                      // what is wrong, in a sentence; or empty
    ProblemKind kind = ProblemKind::other;
    std::vector<std::string> waiting;         // "mode = 802.3ad: needs reload --force, cuts bond0"
    bool contested = false;                   // something of it is left to others
    bool lame = false;                        // it serves in spite of its problem, though not as it should

    // One in spite of which it serves.
    void add_lameness(std::string text) {
        if (!problem.empty()) return;
        problem = std::move(text);
        lame = true;
    }
    // The first problem that is found is the one that is told.
    void add_problem(std::string text, ProblemKind of = ProblemKind::other) {
        if (!problem.empty()) return;
        problem = std::move(text);
        kind = of;
    }
    friend bool operator==(const Note&, const Note&) = default;
};

} // namespace had::core
