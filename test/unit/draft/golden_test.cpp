// Every directory of test/draft is a configuration of another tool; NAME.had.conf is the draft of it.
// HAD_UPDATE_GOLDEN=1 writes them anew; read the difference.
#include "had/draft/draft.hpp"
#include "had/draft/formats.hpp"

#include "test/boost_test.hpp"
#include "test/unit/draft/machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace fs = std::filesystem;
using namespace had;
using namespace had::draft;

namespace {

std::vector<std::string> samples() {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("test/draft", none))
        if (entry.is_directory()) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<File> files_of(const std::string& name) {
    std::vector<File> files;
    for (const auto& entry : fs::directory_iterator(fs::path("test/draft") / name))
        files.push_back({entry.path().filename().string(), text_of(entry.path())});
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
    return files;
}

} // namespace

BOOST_AUTO_TEST_SUITE(draft_golden)

BOOST_AUTO_TEST_CASE(there_are_at_least_two_of_each_tool) {
    std::map<std::string_view, int> of;
    for (const std::string& name : samples()) {
        std::string wrong;
        const Format* format = format_of(files_of(name), wrong);
        BOOST_REQUIRE_MESSAGE(format, name << ": " << wrong);
        ++of[format->name];
    }
    for (const Format* format : formats()) BOOST_TEST(of[format->name] >= 2, format->name);
}

BOOST_DATA_TEST_CASE(each_gives_what_is_recorded_and_the_daemon_would_take, boost::unit_test::data::make(samples()),
                     name) {
    const std::vector<File> files = files_of(name);
    std::string wrong;
    const Format* format = format_of(files, wrong);
    BOOST_REQUIRE_MESSAGE(format, wrong);
    BOOST_TEST(name.substr(3).starts_with(format->name) == (name < "13" || name > "15"));
    test::DraftMachine machine;
    const std::string text = print(draft_of(read(*format, files), places_of(machine.observed, {}), name));
    const fs::path record = fs::path("test/draft") / (name + ".had.conf");
    if (std::getenv("HAD_UPDATE_GOLDEN") != nullptr) std::ofstream(record) << text;
    BOOST_TEST(text == text_of(record));
    const core::ParsedConfig parsed = core::parse_config(text);
    for (const core::Diagnostic& one : parsed.diagnostics)
        BOOST_TEST((one.severity == core::Severity::warning), core::to_string(one, record.string()));
}

BOOST_AUTO_TEST_SUITE_END()
