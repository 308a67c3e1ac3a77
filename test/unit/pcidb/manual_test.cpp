#include "had/core/config/driver_table.hpp"

#include "test/boost_test.hpp"

#include <fstream>
#include <iterator>

namespace {

std::string page(const char* name) {
    std::ifstream file(std::string("doc/man/") + name);
    BOOST_TEST_REQUIRE(file.is_open(), "run the tests from the top of the tree");
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_bold(const std::string& text, const std::string& word) {
    return text.find("\n.B " + word + "\n") != std::string::npos ||
           text.find("\n.BR " + word + " ") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(manual)

BOOST_AUTO_TEST_CASE(every_key_of_the_table_has_a_paragraph) {
    const std::string text = page("pcidrivers.conf.5");
    for (const std::string_view key : had::core::driver_table_keys)
        BOOST_TEST(text.find(".TP\n.B " + std::string(key)) != std::string::npos, key);
}

BOOST_AUTO_TEST_CASE(every_command_and_option_of_pcidb_has_a_paragraph) {
    const std::string text = page("pcidb.8");
    for (const char* item : {".BI lookup", ".B list", ".B check", ".B scan", ".B build",
                             ".B modprobe", "\\-\\-json", "\\-\\-kernel", "\\-\\-modules",
                             "\\-\\-output", "\\-\\-table", "\\-\\-version", "\\-\\-help"})
        BOOST_TEST(text.find(item) != std::string::npos, item);
}

BOOST_AUTO_TEST_CASE(every_key_of_the_json_output_is_listed) {
    const std::string text = page("pcidb.8");
    for (const char* key :
         {"cards",      "id",         "subsystem",   "class",    "name",    "address",
          "slot",       "controller", "hot_plug",    "location", "path",    "driver",
          "interfaces", "virtual",    "candidates",  "module",   "claim",   "line",
          "options",    "also",       "why",         "narrower", "modules", "claims",
          "file",       "kernel",     "diagnostics", "severity", "object",  "text"})
        BOOST_TEST(is_bold(text, key), key);
}

BOOST_AUTO_TEST_SUITE_END()
