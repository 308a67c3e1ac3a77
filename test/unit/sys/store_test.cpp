#include "had/store.hpp"

#include "had/sys/file.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <system_error>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

struct Books {
    TempDir dir;
    StorePaths paths{(dir.path() / "owned").string(), (dir.path() / "lib/orders").string(),
                     (dir.path() / "lib/cards").string()};
    Store store{paths};

    static Orders some_orders() {
        Orders orders;
        orders.domains["B"] = {false, false, "root", "2002-05-01T12:00:00Z"};
        orders.pause = PauseOrder{"root", "2002-05-01T12:00:00Z", 1020256200};
        return orders;
    }
    static Owned some_owned() {
        Owned owned;
        owned.bonds = {"bond0"};
        owned.members = {{3, "bond0"}};
        return owned;
    }
    static Models some_models() { return {{"2", {{0x8086, 0x100e}, {}}}}; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(store, Books)

BOOST_AUTO_TEST_CASE(what_was_never_kept_is_nothing_and_no_trouble) {
    const Kept kept = store.read();
    BOOST_TEST(kept.troubles.empty());
    BOOST_TEST((kept.orders == Orders{}));
}

BOOST_AUTO_TEST_CASE(what_was_kept_is_read_again) {
    store.write(some_orders());
    store.write(some_owned());
    store.write(some_models());
    const Kept kept = store.read();
    BOOST_TEST(kept.troubles.empty());
    BOOST_TEST((kept.orders == some_orders()));
    BOOST_TEST((kept.owned == some_owned()));
    BOOST_TEST((kept.models == some_models()));
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_at_any_byte_is_known_to_be) {
    store.write(some_orders());
    store.write(some_owned());
    store.write(some_models());
    for (const std::string& path : {paths.orders, paths.owned, paths.cards}) {
        const std::string whole = sys::read_file(path);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            sys::write_file(path, whole.substr(0, size));
            BOOST_TEST(store.read().troubles.size() >= 1u, path << " cut to " << size << " bytes");
        }
        sys::write_file(path, whole);
    }
    BOOST_TEST(store.read().troubles.empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_whole_is_set_aside_and_what_can_be_holds) {
    sys::make_parent(paths.orders);
    sys::write_file(paths.orders, "orders 3\nrelease B asked 2002-05-01T12:00:00Z root\nfly away\n");
    const Kept kept = store.read();
    BOOST_TEST(kept.troubles.size() == 2u);                   // a line is missing, and one is no order
    BOOST_TEST(kept.orders.domains.contains("B"));
    BOOST_TEST(store.set_aside(kept).size() == 1u);
    BOOST_TEST(!std::filesystem::exists(paths.orders));
    BOOST_TEST(sys::read_file(paths.orders + ".bad").starts_with("orders 3\n"));
    store.write(kept.orders);
    BOOST_TEST(store.read().troubles.empty());
}

BOOST_AUTO_TEST_CASE(what_was_set_aside_is_missed_until_something_is_written_in_its_place) {
    for (const std::string& path : {paths.orders, paths.owned, paths.cards}) {
        sys::make_parent(path);
        sys::write_file(path, "noise");
        store.set_aside(store.read());
        for (const char* start : {"the next", "another"}) {
            const Kept kept = store.read();
            BOOST_REQUIRE_MESSAGE(kept.troubles.size() == 1u, path << " is taken for empty at " << start << " start");
            BOOST_TEST(kept.troubles[0].what == path + " is not there, and what was before it is in " + path + ".bad");
            BOOST_TEST(store.set_aside(kept).empty());
        }
        store.write(some_orders());
        store.write(some_owned());
        store.write(some_models());
        BOOST_TEST(store.read().troubles.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_was_set_aside_before_stays) {
    sys::make_parent(paths.orders);
    for (const char* text : {"first", "second", "third"}) {
        sys::write_file(paths.orders, text);
        store.set_aside(store.read());
    }
    BOOST_TEST(sys::read_file(paths.orders + ".bad") == "first");
    BOOST_TEST(sys::read_file(paths.orders + ".bad.2") == "second");
    BOOST_TEST(sys::read_file(paths.orders + ".bad.3") == "third");
}

BOOST_AUTO_TEST_CASE(a_directory_in_its_place_is_trouble_and_is_set_aside) {
    std::filesystem::create_directories(paths.orders);
    const Kept kept = store.read();
    BOOST_REQUIRE(kept.troubles.size() == 1u);
    store.set_aside(kept);
    BOOST_CHECK_NO_THROW(store.write(some_orders()));
}

BOOST_AUTO_TEST_CASE(a_link_to_nothing_is_trouble_and_not_a_file_in_which_nothing_was_kept) {
    sys::make_parent(paths.orders);
    std::filesystem::create_symlink("/nowhere", paths.orders);
    BOOST_TEST(store.read().troubles.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_could_be_neither_read_nor_set_aside_is_never_written_over) {
    sys::make_parent(paths.orders);
    sys::write_file(paths.orders, "noise");
    for (int i = 1; i <= 9; ++i)
        std::filesystem::create_directories(paths.orders + (i == 1 ? ".bad" : fmt::format(".bad.{}", i)));
    BOOST_TEST(store.set_aside(store.read()).size() == 1u);
    BOOST_CHECK_THROW(store.write(some_orders()), std::system_error);
    BOOST_TEST(sys::read_file(paths.orders) == "noise");
    BOOST_CHECK_NO_THROW(store.write(some_owned()));
}

BOOST_AUTO_TEST_SUITE_END()
