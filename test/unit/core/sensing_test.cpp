#include "had/core/policy/failover.hpp"
#include "had/core/world/mii.hpp"
#include "had/core/policy/sensing.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <cerrno>

using namespace had;
using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(1)};

Reading says(bool link) { return {link, 0, ""}; }

// Proved by its first reading, beside a carrier.
Sense proven() {
    Sense sense;
    sense.carrier = true;
    sense.closely = true;
    sense.every = sense_interval;
    hear_reading(sense, says(true), start);
    return sense;
}

struct Serving : World {
    explicit Serving(std::string_view text = one_bond) : World(text) { let_serve(*this); }

    Sense attended(Ifindex index, Sense sense = proven()) {
        const Situation s = situation();
        schedule(sense, s, config.bonds.front(), *observed.link(index));
        return sense;
    }
    Link& link(Ifindex index) { return observed.links.at(index); }
};

std::string with_line(std::string_view line) {
    std::string text(one_bond);
    return text.insert(text.find("address"), std::string(line) + "\n");
}

void lose(Sense& sense, bool carrier_first) {
    Link port = slave(2, "eth0", 9, true);
    if (!carrier_first) hear_reading(sense, says(false), start);
    port.carrier = false;
    hear_port(sense, port);
    port.carrier = true;
    hear_port(sense, port);
    sense.closely = true;
    hear_reading(sense, says(true), start);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sensing)

BOOST_AUTO_TEST_CASE(the_active_port_is_read_ten_times_as_often_as_a_standby) {
    Serving world;
    BOOST_TEST((world.attended(2).every == sense_interval));
    BOOST_TEST((world.attended(3).every == sense_interval * standby_share));
    Serving slower(with_line("link_poll = 50ms"));
    BOOST_TEST((slower.attended(2).every == 50ms));
    BOOST_TEST((slower.attended(3).every == 500ms));
}

BOOST_AUTO_TEST_CASE(who_cannot_serve_or_is_leaving_is_not_read) {
    BOOST_TEST(Serving(with_line("link_poll = off")).attended(2).why == "link_poll = off");
    Serving world;
    world.link(2).up = false;
    BOOST_TEST(world.attended(2).why == "it is down");
    world.link(2).up = true;
    world.observed.functions.at(at("0000:00:02.0")).let_go = true;
    BOOST_TEST(world.attended(2).why == "its driver has let it go");
    world.link(3).carrier = false;
    Sense sense = proven();
    sense.link = false;
    BOOST_TEST(world.attended(3, sense).why == "it has no carrier");
    BOOST_TEST((world.attended(3, sense).every == Duration{}));
}

BOOST_AUTO_TEST_CASE(a_paravirtual_port_is_read_only_when_the_file_says_so) {
    Serving world;
    world.link(2).parent_bus = "virtio";
    BOOST_TEST(world.attended(2, {}).why == "virtio: its carrier is the host's own word");
    Serving told(with_line("link_poll = 50ms"));
    told.link(2).parent_bus = "virtio";
    BOOST_TEST((told.attended(2).every == 50ms));
}

BOOST_AUTO_TEST_CASE(a_probe_that_does_not_answer_makes_room_for_the_next) {
    Sense sense;
    sense.carrier = true;
    const auto said = hear_reading(sense, {false, EOPNOTSUPP, "Operation not supported"}, start);
    BOOST_TEST((said.value().level == NoticeLevel::info));
    BOOST_TEST((sense.probe == Probe::ethtool));
    BOOST_TEST(!sense.read.has_value());
    hear_reading(sense, {false, EOPNOTSUPP, "Operation not supported"}, start);
    BOOST_TEST(!sense.probe.has_value());
    BOOST_TEST(sense.given_up == "MII: Operation not supported; ethtool: Operation not supported");
    BOOST_TEST(!due_at(sense, start).has_value());
}

BOOST_AUTO_TEST_CASE(a_card_that_is_being_taken_away_proves_nothing) {
    Sense sense = proven();
    BOOST_TEST(!hear_reading(sense, {false, ENODEV, "No such device"}, start + 20ms).has_value());
    BOOST_TEST((sense.probe == Probe::mii));
}

BOOST_AUTO_TEST_CASE(a_probe_is_believed_once_it_has_been_right) {
    const Link port = slave(2, "eth0", 9, true);
    Sense fresh;
    fresh.carrier = true;
    fresh.every = sense_interval;
    hear_reading(fresh, says(false), start);
    BOOST_TEST((doubt_of(fresh, port) == Doubt{Probe::mii, false}));
    Sense known = proven();
    hear_reading(known, says(false), start);
    BOOST_TEST((doubt_of(known, port) == Doubt{Probe::mii, true}));
    hear_reading(known, says(true), start + 20ms);
    BOOST_TEST(!doubt_of(known, port).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_believed_and_contradicts_for_a_minute_is_dropped) {
    Sense sense;
    sense.carrier = true;
    hear_reading(sense, says(false), start);
    BOOST_TEST(!hear_reading(sense, says(false), start + 59s).has_value());
    const auto said = hear_reading(sense, says(false), start + 60s);
    BOOST_TEST((said.value().level == NoticeLevel::warning));
    BOOST_TEST(said->text == "its link is not read by MII: says \"no link\" and the carrier says "
                             "otherwise, for 1min");
    // Where it is believed, it is the driver that never looks.
    Sense known = proven();
    hear_reading(known, says(false), start);
    BOOST_TEST(!hear_reading(known, says(false), start + 1h).has_value());
}

BOOST_AUTO_TEST_CASE(three_losses_that_the_carrier_told_first_end_the_reading) {
    Serving world;
    Sense sense = proven();
    lose(sense, true);
    lose(sense, true);
    lose(sense, false);
    BOOST_TEST(sense.carrier_first == 0u);
    for (int i = 0; i < 3; ++i) lose(sense, true);
    BOOST_TEST(world.attended(2, sense).why == "the carrier told the last 3 losses first");
}

BOOST_AUTO_TEST_CASE(the_status_register_is_read_for_what_it_says) {
    BOOST_TEST(reading_of(0x796d).link);
    BOOST_TEST(!reading_of(0x7949).link);
    BOOST_TEST(reading_of(0x7949).error == 0);
    BOOST_TEST(reading_of(0xffff).error == EIO);
    BOOST_TEST(reading_of(0x0000).error == EIO);
    BOOST_TEST((control_words(0x2100) == std::vector<std::string>{"100 full"}));
}

BOOST_AUTO_TEST_CASE(a_doubted_port_is_chosen_only_instead_of_one_without_carrier) {
    Candidate current, other;
    current.index = 2;
    other.index = 3;
    current.usable = other.usable = other.good = other.doubted = true;
    BOOST_TEST(choose_active({current, other}, 2).active == 0);
    current.usable = false;
    BOOST_TEST(choose_active({current, other}, 2).active == 3);
}

BOOST_AUTO_TEST_SUITE_END()
