// Every test/config/NAME.conf and what comes of it: NAME.ok is its normal form, with its warnings
// in front, NAME.err its diagnostics.  HAD_UPDATE_GOLDEN=1 writes them anew; read the difference.
#include "had/core/config/config.hpp"

#include "test/boost_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace had::core;

namespace {

std::vector<std::string> samples() {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("test/config", none)) {
        if (entry.path().extension() == ".conf") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string lines(const Diagnostics& diagnostics, std::string_view before) {
    std::string text;
    for (const Diagnostic& one : diagnostics) {
        text.append(before).append(to_string(one, "had.conf")).append("\n");
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(config_golden)

BOOST_AUTO_TEST_CASE(there_are_samples) {
    BOOST_TEST(samples().size() > 20u, "run the tests from the top folder of the checkout");
}

BOOST_DATA_TEST_CASE(each_sample_gives_what_is_recorded, boost::unit_test::data::make(samples()),
                     name) {
    const fs::path base = fs::path("test/config") / name;
    const ParsedConfig parsed = parse_config(read(base.string() + ".conf"));
    const bool bad = has_errors(parsed.diagnostics);
    const std::string normal = print(parsed.config);
    const std::string result =
        bad ? lines(parsed.diagnostics, "") : lines(parsed.diagnostics, "; ") + normal;
    const std::string record = base.string() + (bad ? ".err" : ".ok");
    if (std::getenv("HAD_UPDATE_GOLDEN") != nullptr) {
        fs::remove(base.string() + (bad ? ".ok" : ".err"));
        std::ofstream(record) << result;
    }
    BOOST_TEST(result == read(record));
    BOOST_TEST(!fs::exists(base.string() + (bad ? ".ok" : ".err")));

    const ParsedConfig again = parse_config(normal);
    if (!bad) BOOST_TEST(!has_errors(again.diagnostics), lines(again.diagnostics, ""));
    if (!bad) BOOST_TEST(print(again.config) == normal);
}

BOOST_AUTO_TEST_SUITE_END()
