// The virtual chassis itself, without had: what every other story relies on.
#include "test/boost_test.hpp"
#include "test/chassis/chassis.hpp"

using namespace had::test;

BOOST_AUTO_TEST_CASE(a_card_pushed_in_appears) {
    Chassis chassis;
    chassis.insert(12, Card{});
    chassis.guest().wait_until("test -e /sys/bus/pci/devices/0000:00:0c.0");
}
