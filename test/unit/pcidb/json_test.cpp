#include "pcidb/report.hpp"

#include "test/boost_test.hpp"

using namespace had::core;
using namespace had::pcidb;

namespace {

CardReport present_card() {
    CardReport card;
    card.id = {0x10ec, 0x8139, 0x1af4, 0x1100, 0x020000};
    card.name = "RTL-8139";
    card.presence =
        Presence{{0, 0, 5, 0}, "5", "acpiphp", true, "path 0000:00:05", "00.0", "", {}, false};
    card.candidates = {{"8139cp", "id = 10ec:8139", 7, "", {"mii"}, 6}};
    return card;
}

} // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(a_card_has_the_keys_that_the_manual_page_lists) {
    const std::string expected = R"({
  "cards": [
    {
      "id": "10ec:8139",
      "subsystem": "1af4:1100",
      "class": "020000",
      "name": "RTL-8139",
      "address": "0000:00:05.0",
      "slot": "5",
      "controller": "acpiphp",
      "hot_plug": true,
      "location": "path 0000:00:05",
      "path": "00.0",
      "driver": null,
      "interfaces": [],
      "virtual": false,
      "candidates": [
        {
          "module": "8139cp",
          "claim": "id = 10ec:8139",
          "line": 7,
          "options": "",
          "also": [
            "mii"
          ]
        }
      ],
      "why": "8139cp is the one to load: no other module claims this card",
      "narrower": []
    }
  ]
}
)";
    BOOST_TEST(scan_json({present_card()}) == expected);
    BOOST_TEST(lookup_json({present_card()}) == expected);
}

BOOST_AUTO_TEST_CASE(a_card_asked_for_by_id_has_no_place) {
    CardReport card = present_card();
    card.presence.reset();
    card.subsystem_known = false;
    card.candidates.clear();
    BOOST_TEST(lookup_json({card}) == R"({
  "cards": [
    {
      "id": "10ec:8139",
      "class": "020000",
      "name": "RTL-8139",
      "candidates": [],
      "why": "no module in the table claims this card",
      "narrower": []
    }
  ]
}
)");
}

BOOST_AUTO_TEST_CASE(nothing_found_is_an_empty_list) {
    BOOST_TEST(scan_json({}) == "{\n  \"cards\": []\n}\n");
}

BOOST_AUTO_TEST_CASE(a_list_holds_every_module) {
    const DriverEntry entry{"e1000", {{0x8086, 0x100e, {}, {}, {}, 2}}, "x=1", {}, 1};
    BOOST_TEST(list_json({{&entry, {{entry.claims[0], "82540EM"}}}}) == R"({
  "modules": [
    {
      "module": "e1000",
      "line": 1,
      "claims": [
        {
          "claim": "id = 8086:100e",
          "line": 2,
          "name": "82540EM"
        }
      ],
      "options": "x=1",
      "also": []
    }
  ]
}
)");
}

BOOST_AUTO_TEST_CASE(a_check_holds_every_diagnostic_and_bytes_that_are_no_text_are_replaced) {
    BOOST_TEST(check_json({"t.conf", 1, 2, {{Severity::error, 3, "e1000", "bad '\xFF'"}}, ""}) ==
               R"({
  "file": "t.conf",
  "modules": 1,
  "claims": 2,
  "kernel": null,
  "diagnostics": [
    {
      "severity": "error",
      "line": 3,
      "object": "e1000",
      "text": "bad '�'"
    }
  ]
}
)");
}

BOOST_AUTO_TEST_SUITE_END()
