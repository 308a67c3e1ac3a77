// The schemas of doc/schema take what is printed, and no key of it is without its row: a schema that is laxer than the
// program would be no contract.
#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/skip.hpp"

#include <cstdlib>
#include <fstream>

using namespace had;
using namespace had::test;

namespace {

bool is_there() { return std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") == 0; }

bool takes(const std::string& schema, const std::string& lines) {
    const TempDir dir;
    const std::string file = dir.path / "json";
    std::ofstream(file) << lines;
    return std::system(("/usr/bin/python3 test/validate doc/schema/" + schema + ".json " + file).c_str()) == 0;
}

core::View ill_chassis() {
    core::View view = whole_chassis();
    view.health = core::Health::degraded;
    view.file_refused = "2002-05-01T12:40:00.000001Z";
    view.bonds.at(0).members.at(1).damped = true;
    view.alarm = "the kernel's hot-swap thread has ended";
    view.problems = {"bond0: degraded"};
    view.slots.at(0).card.reset();
    view.slots.at(0).missing = "8086:1010";
    view.slots.at(1).ports.at(0).function.reset();
    view.slots.at(1).ports.at(0).no_link_by = core::Probe::mii;
    view.orders = {{.what = "activate", .bond = "bond0", .port = "2.1", .by = "root", .since = "2002-05-01T12:00:00Z",
                    .text = "by hand"}};
    view.vlans.push_back({});
    view.vlans.back().name = "vlan5";
    view.services.push_back({});
    view.services.back().name = "pppoe";
    view.failovers.push_back({});
    view.failovers.back().members = {"dsl", "lte"};
    view.peers.push_back({});
    view.peers.back().name = "rtr2";
    view.peers.back().service = core::ip_address_from("10.9.0.2");
    view.peers.back().lans = {{.lan = "bond0", .interface = "bond0", .address = *core::ip_address_from("10.1.0.2"),
                               .text = "hears nothing"}};
    core::SharedView shared{.address = *core::ip_prefix_from("10.1.0.100/24"), .interface = "bond0",
                            .here = core::SharedHost{.has = true, .word = core::VrrpWord::master,
                                                     .since = "2002-05-01T12:00:00.000001Z"},
                            .there = std::nullopt, .split = true, .text = "rtr2 is kept from it"};
    view.peers.back().shared = {shared};
    shared.there = core::SharedHost{.kept = true, .since = {}};
    view.peers.back().shared.push_back(shared);
    view.alarms = {{.id = "bond0/redundancy", .object = "bond0", .type = "redundancy",
                    .severity = core::AlarmSeverity::major, .raised = "2002-05-01T12:00:00.000001Z",
                    .text = "1 of 2", .repair = "a card", .locate = "2"}};
    return view;
}

} // namespace

BOOST_AUTO_TEST_SUITE(schemas)

BOOST_AUTO_TEST_CASE(they_take_every_status_and_every_list_of_alarms) {
    HAD_TRY(is_there());
    BOOST_TEST(takes("status", control::to_json(whole_chassis()) + "\n" + control::to_json(ill_chassis()) + "\n" +
                                   control::to_json(core::View{})));
    BOOST_TEST(takes("pair", control::to_json(core::pairs_of(ill_chassis())) + "\n" +
                                 control::to_json(core::pairs_of(core::View{}))));
    BOOST_TEST(takes("alarms", control::to_json(ill_chassis().alarms) + "\n" + control::to_json(core::View{}.alarms)));
}

BOOST_AUTO_TEST_CASE(they_take_every_kind_of_event) {
    HAD_TRY(is_there());
    const control::Stamp stamp{"2002-05-01T12:00:00.000001Z", "b007", 1};
    std::string lines;
    for (int kind = 0; kind <= static_cast<int>(core::NoticeKind::pair_left); ++kind) {
        core::Notice notice;
        notice.kind = static_cast<core::NoticeKind>(kind);
        lines += control::encode(notice, 1, "ab12", stamp) + "\n";
        notice.slot = notice.port = notice.interface = notice.bond = notice.from = notice.to = notice.cause = "x";
        notice.service = notice.group = "x";
        notice.peer = "x";
        notice.by = "had";
        notice.user = "root";
        notice.alarm = "bond0/redundancy";
        notice.severity = "major";
        notice.repair = notice.text = "put a card in";
        notice.timeline.emplace();
        notice.timeline->peers_told = core::Duration(4);
        lines += control::encode(notice, 2, "ab12", stamp) + "\n";
    }
    BOOST_TEST(takes("history", lines));
    lines += control::encode_lost("ab12", 1, 7) + "\n" + control::encode_lost("ab12", 1, std::nullopt) + "\n" +
             control::encode_changed("ab12") + "\n";
    BOOST_TEST(takes("event", lines));
}

BOOST_AUTO_TEST_CASE(they_refuse_what_lacks_a_key_or_has_another_word) {
    HAD_TRY(is_there());
    BOOST_TEST(!takes("alarms", R"({"alarms":[{"id":"bond0/redundancy"}]})"));
    BOOST_TEST(!takes("history", R"({"event":"failover"})"));
    BOOST_TEST(!takes("event", R"({"event":"lost"})"));
    std::string status = control::to_json(whole_chassis());
    status.replace(status.find("\"healthy\""), 9, "\"heal_thy\"");
    BOOST_TEST(!takes("status", status));
}

BOOST_AUTO_TEST_SUITE_END()
