#include "had/core/base/journal.hpp"

#include "test/boost_test.hpp"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

using namespace had::core;

namespace {

std::vector<NoticeKind> all_kinds() {
    std::vector<NoticeKind> kinds;
    for (int i = 0; i <= static_cast<int>(NoticeKind::pair_left); ++i) kinds.push_back(static_cast<NoticeKind>(i));
    return kinds;
}

std::string catalog() {
    std::ifstream file("etc/had.catalog");
    return {std::istreambuf_iterator<char>(file), {}};
}

// Of everything that an event can say.
std::set<std::string> names_of_fields() {
    Notice notice;
    notice.timeline.emplace();
    for_each_field(notice, [](std::string_view, std::string& value) { value = "x"; });
    std::set<std::string> names;
    for (const JournalField& field : journal_fields(notice, "ab12", 7)) names.insert(field.name);
    return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_of_events)

BOOST_AUTO_TEST_CASE(every_event_has_an_id_of_its_own_and_an_entry_in_the_catalog) {
    const std::string text = catalog();
    std::set<std::string_view> ids;
    for (const NoticeKind kind : all_kinds()) {
        const std::string id(message_id(kind));
        BOOST_TEST(ids.insert(message_id(kind)).second, to_string(kind));
        BOOST_TEST((id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos), to_string(kind));
        BOOST_TEST((text.find("\n-- " + id + "\nSubject: ") != std::string::npos), to_string(kind));
    }
}

BOOST_AUTO_TEST_CASE(the_catalog_names_no_field_that_the_journal_does_not_get) {
    const std::set<std::string> known = names_of_fields();
    const std::string text = catalog();
    const std::regex field("@([^@ \n]+)@");
    std::size_t found = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), field), end; at != end; ++at, ++found)
        BOOST_TEST(known.contains((*at)[1].str()), (*at)[0].str());
    BOOST_TEST(found > 30U);
}

BOOST_AUTO_TEST_CASE(what_is_empty_is_no_field) {
    Notice notice;
    notice.kind = NoticeKind::failover;
    notice.bond = "bond0";
    notice.to = "eth1";
    notice.timeline.emplace();
    notice.timeline->announced = std::chrono::microseconds(262);
    const std::vector<JournalField> expected{{"MESSAGE_ID", std::string(message_id(NoticeKind::failover))},
                                             {"HAD_EVENT", "failover"},
                                             {"HAD_INSTANCE", "ab12"},
                                             {"HAD_SEQ", "7"},
                                             {"HAD_BOND", "bond0"},
                                             {"HAD_TO", "eth1"},
                                             {"HAD_ANNOUNCED_US", "262"}};
    BOOST_TEST((journal_fields(notice, "ab12", 7) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
