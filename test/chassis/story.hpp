// The base of every story: a chassis that is on, empty and quiet.
//
//     struct WithTwoCards : Story {
//         WithTwoCards() { chassis.insert(2, {"virtio", 2}); }
//     };
//     BOOST_FIXTURE_TEST_CASE(a_cut_cable_costs_nothing, WithTwoCards) { ... guest.expect(...) }
//
// To boot takes seconds and to tidy up one, so stories share the chassis that is on as long as
// they ask for the same Options; stories with other options stand together in a file.  After a
// story that failed the chassis is switched off, whatever state it is in, and the next story gets
// a new one.
//
// A story that needs no cards says so, runs where they are played, and costs a tenth:
//
//     struct WithTwoPorts : Story {
//         WithTwoPorts() : Story(ports_only()) { chassis.insert(2, {"virtio", 2}); }
//     };
//
// It must run in both kinds: `make soak` has every story in the emulated one.
#pragma once
#include "test/chassis/emulated_chassis.hpp"
#include "test/chassis/traffic.hpp"

namespace had::test {

// Time is no matter: a story that has a longer form takes it (`make soak`).
bool in_soak();

struct Story {
    explicit Story(const Options& options = {});
    ~Story();

    // Of a story that needs cards.
    EmulatedChassis& emulated();

    Chassis& chassis;
    Guest& guest;
};

} // namespace had::test
