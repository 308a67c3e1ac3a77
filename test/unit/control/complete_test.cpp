#include "had/hadctl/command_line.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"

#include <algorithm>

using namespace had;

namespace {

// What may stand for the last word, as one text with blanks around.
std::string offered(const std::vector<std::string>& words, const core::View* view) {
    hadctl::Options options;
    const hadctl::Command* chosen = nullptr;
    CLI::App app("", "hadctl");
    hadctl::add_verbs(app, options, chosen);
    std::string all = " ";
    for (const std::string& word : hadctl::completions(app, words, view)) all += word + ' ';
    return all;
}

bool has(const std::string& all, const std::string& word) { return all.find(' ' + word + ' ') != std::string::npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(complete)

BOOST_AUTO_TEST_CASE(each_argument_is_completed_with_the_objects_of_its_kind) {
    const core::View view = test::whole_chassis();
    for (const char* verb : {"offline", "online", "accept", "identify"}) {
        const std::string slots = offered({"slot", verb, ""}, &view);
        BOOST_TEST((has(slots, "2") && has(slots, "16") && has(slots, "--json")), slots);
        BOOST_TEST((!has(slots, "2.0") && !has(slots, "bond0")), slots);
    }
    const std::string bonds = offered({"bond", "activate", ""}, &view);
    BOOST_TEST((has(bonds, "bond0") && !has(bonds, "2") && !has(bonds, "2.0")), bonds);
    const std::string ports = offered({"bond", "activate", "bond0", "e"}, &view);
    BOOST_TEST((has(ports, "2.0") && has(ports, "12.1") && has(ports, "eth0")), ports);
    BOOST_TEST((!has(ports, "16.0") && !has(ports, "bond0")), ports);
    const std::string domains = offered({"domain", "release", "--force", ""}, &view);
    BOOST_TEST((has(domains, "A") && has(domains, "B") && !has(domains, "2")), domains);
    const std::string objects = offered({"explain", ""}, &view);
    for (const char* one : {"2", "2.0", "16.0", "eth4", "bond0"}) BOOST_TEST(has(objects, one), one);
    core::View peers;
    core::PeerView other;
    other.name = "other";
    peers.peers.push_back(other);
    BOOST_TEST(has(offered({"peer", ""}, &peers), "other"));
    BOOST_TEST(has(offered({"wait", "--timeout", "5", ""}, &view), "bond0"));
    BOOST_TEST(!has(offered({"wait", "bond0", ""}, &view), "bond0"));
}

BOOST_AUTO_TEST_CASE(values_files_and_verbs_need_no_daemon) {
    BOOST_TEST(has(offered({""}, nullptr), "status"));
    BOOST_TEST(has(offered({"--socket", "/run/x", ""}, nullptr), "slot"));
    BOOST_TEST(has(offered({"slot", ""}, nullptr), "offline"));
    BOOST_TEST(offered({"wait", "--until", ""}, nullptr) ==
               " healthy degraded down absent offline quarantined contested ready ");
    BOOST_TEST(offered({"--socket", ""}, nullptr) == " <files> ");
    BOOST_TEST(has(offered({"check", ""}, nullptr), "<files>"));
    BOOST_TEST(offered({"draft", "--from", ""}, nullptr) == " <files> ");
    BOOST_TEST(offered({"draft", "--format", ""}, nullptr) == " ifupdown ifcfg netplan networkd keyfile ");
    BOOST_TEST(offered({"wait", "--timeout", ""}, nullptr) == " ");
    BOOST_TEST(!has(offered({"no-such-verb", ""}, nullptr), "<files>"));
}

BOOST_AUTO_TEST_SUITE_END()
