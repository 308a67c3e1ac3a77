// What a port has received: by a fake sysfs, and by the kernel's own.
#include "had/sys/link_counter.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/own_sysfs.hpp"
#include "test/unit/sys/support.hpp"

#include <net/if.h>

#include <chrono>
#include <filesystem>
#include <system_error>

using namespace had;
using namespace had::test;

namespace {

core::Ifindex index_of(const char* name) { return static_cast<core::Ifindex>(::if_nametoindex(name)); }

struct Link {
    explicit Link(const TempDir& dir) : dir_(dir), counter(dir.path()) { set("lo", "1"); }
    void set(const std::string& name, const std::string& index, const std::string& count = "7\n") {
        dir_.write(name + "/ifindex", index + "\n");
        dir_.write(name + "/statistics/rx_packets", count);
    }
    const TempDir& dir_;
    sys::LinkCounter counter;
};

} // namespace

BOOST_AUTO_TEST_SUITE(link_counter)

BOOST_AUTO_TEST_CASE(a_count_is_read_again_from_the_file_that_is_open) {
    HAD_TRY(fresh_network());
    const TempDir dir;
    Link link(dir);
    BOOST_TEST(link.counter.received(1).value() == 7U);
    link.set("lo", "1", "18446744073709551615\n");
    BOOST_TEST(link.counter.received(1).value() == 18446744073709551615U);
    BOOST_TEST(link.counter.open() == 1U);
}

BOOST_AUTO_TEST_CASE(another_interface_that_has_the_name_now_is_not_taken_for_it) {
    HAD_TRY(fresh_network());
    const TempDir dir;
    Link link(dir);
    link.set("lo", "12");
    BOOST_TEST(!link.counter.received(1));
    link.set("lo", "none");
    BOOST_TEST(!link.counter.received(1));
    BOOST_TEST(!link.counter.received(4711));
    BOOST_TEST(link.counter.open() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_says_nothing) {
    HAD_TRY(fresh_network());
    const TempDir dir;
    Link link(dir);
    for (const char* text : {"", "\n", "none\n", "-1\n"}) {
        link.set("lo", "1", text);
        BOOST_TEST(!link.counter.received(1), text);
    }
}

BOOST_AUTO_TEST_CASE(a_counter_that_cannot_be_read_hinders_no_other) {
    HAD_TRY(fresh_network() && shell("ip link add had0 index 10 type veth peer name had1"));
    const TempDir dir;
    Link link(dir);
    dir.write("had0/ifindex", "10\n");
    std::filesystem::create_directories(dir.path() / "had0/statistics/rx_packets");       // EISDIR
    BOOST_CHECK_THROW(link.counter.received(10), std::system_error);
    BOOST_TEST(link.counter.received(1).value() == 7U);
    BOOST_CHECK_THROW(link.counter.received(10), std::system_error);
}

BOOST_AUTO_TEST_CASE(a_port_keeps_its_file_through_a_new_name_and_loses_it_when_it_goes) {
    HAD_TRY(fresh_network() && own_sysfs() && shell("ip link add had0 index 10 type veth peer name had1"));
    sys::LinkCounter counter;
    BOOST_TEST(counter.received(10).value() == 0U);
    HAD_TRY(shell("ip link set had0 name other0"));
    BOOST_TEST(counter.received(10).value() == 0U);
    BOOST_TEST(counter.open() == 1U);
    HAD_TRY(shell("ip link del other0"));
    BOOST_TEST(!counter.received(10));
    HAD_TRY(shell("ip link add had0 index 10 type veth peer name had1"));
    BOOST_TEST(counter.received(10).value() == 0U);
}

BOOST_AUTO_TEST_CASE(ports_that_have_gone_and_are_not_asked_for_leave_no_file_open) {
    HAD_TRY(fresh_network() && own_sysfs());
    sys::LinkCounter counter;
    for (int n = 0; n < 20; ++n) {
        HAD_TRY(shell("ip link add had0 type veth peer name had1"));
        BOOST_TEST(counter.received(index_of("had0")).has_value());
        HAD_TRY(shell("ip link del had0"));
    }
    BOOST_TEST(counter.open() <= 1U);
    counter.close();
    BOOST_TEST(counter.open() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
