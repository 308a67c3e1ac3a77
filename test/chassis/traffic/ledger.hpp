// The book that is kept of one direction: which numbered packets came, and the silences between.
#pragma once
#include <cstdint>
#include <vector>

#include "test/chassis/clock.hpp"

namespace had::test::traffic {

class Ledger {
public:
    explicit Ledger(Clock::time_point start) : last_(start) {}

    // A packet that comes twice counts once (a switch that learns may flood a few).
    void came(std::uint64_t number, Clock::time_point now);

    // Of the packets below `end`, how many never came; and the longest run of such in a row, which
    // unlike a silence does not grow when the emulator falls asleep.
    int lost(std::uint64_t end) const;
    int longest_loss(std::uint64_t end) const;

    int count() const { return count_; }
    int duplicates() const { return duplicates_; }
    // The silence that lasts until now counts too: otherwise a cable cut for good would show none.
    Clock::duration longest_gap(Clock::time_point now) const;
    Clock::time_point last() const { return last_; }

private:
    std::vector<bool> came_;
    int count_ = 0, duplicates_ = 0;
    Clock::time_point last_;
    Clock::duration longest_gap_{};
};

} // namespace had::test::traffic
