#include "had/control/listener.hpp"

#include "test/unit/control/wire.hpp"

#include <sys/stat.h>

#include <fstream>
#include <optional>

using namespace had;
using control::Listener;
namespace fs = std::filesystem;

namespace {

struct Place : test::TempDir {
    std::string socket = path / "run" / "had.sock";

    std::string trouble() const {
        try {
            const Listener listener(socket);
            return "none";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    std::string says(const std::string& what) const {
        return "control socket " + socket + ": " + what;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(control_listener)

BOOST_AUTO_TEST_CASE(the_directory_is_made_and_everybody_may_ask) {
    const Place place;
    const Listener listener(place.socket);
    BOOST_TEST((fs::status(place.socket).permissions() == fs::perms(0666)));
    test::raw_socket(place.socket, false);
}

BOOST_AUTO_TEST_CASE(the_socket_goes_with_its_listener) {
    const Place place;
    BOOST_TEST(place.trouble() == "none");
    BOOST_TEST(!fs::exists(place.socket));
}

BOOST_AUTO_TEST_CASE(the_socket_of_a_dead_had_is_replaced) {
    const Place place;
    fs::create_directories(place.path / "run");
    test::raw_socket(place.socket, true); // closed at once, and its file stays
    BOOST_TEST(fs::exists(place.socket));
    BOOST_TEST(place.trouble() == "none");
}

BOOST_AUTO_TEST_CASE(a_second_had_is_told_that_there_is_one) {
    const Place place;
    const Listener first(place.socket);
    BOOST_TEST(place.trouble() ==
               place.says("another daemon is running (it holds " + place.socket + ".lock)"));
    test::raw_socket(place.socket, false); // the first is as it was
}

BOOST_AUTO_TEST_CASE(a_foreign_listener_is_left_alone) {
    const Place place;
    fs::create_directories(place.path / "run");
    const auto foreign = test::raw_socket(place.socket, true);
    BOOST_TEST(place.trouble() == place.says("another program listens there; stop it"));
    BOOST_TEST(fs::exists(place.socket));
}

BOOST_AUTO_TEST_CASE(a_file_in_the_way_is_left_alone) {
    const Place place;
    fs::create_directories(place.path / "run");
    std::ofstream(place.socket) << "precious";
    BOOST_TEST(place.trouble() ==
               place.says("something that is no socket is in the way; remove it"));
    BOOST_TEST(fs::file_size(place.socket) == 8U);
}

BOOST_AUTO_TEST_CASE(a_path_that_cannot_be_is_said_to_be_so) {
    Place place;
    place.socket = "/" + std::string(120, 'x');
    BOOST_TEST(place.trouble() == place.says("the path is longer than 107 bytes"));
    place.socket = "/proc/had/had.sock";
    BOOST_TEST(place.trouble().find("cannot make its directory: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_socket_that_somebody_replaced_is_not_removed) {
    const Place place;
    std::optional<Listener> listener(std::in_place, place.socket);
    fs::remove(place.socket);
    const auto other = test::raw_socket(place.socket, true);
    listener.reset();
    BOOST_TEST(fs::exists(place.socket));
}

BOOST_AUTO_TEST_SUITE_END()
