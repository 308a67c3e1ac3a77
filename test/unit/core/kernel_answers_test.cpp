// What the kernel refuses, check refuses: each line of test/kernel/answers, which tells how it was asked.
#include "had/core/base/text.hpp"
#include "had/core/config/config.hpp"

#include "test/boost_test.hpp"

#include <fstream>
#include <string>
#include <vector>

using namespace had::core;

namespace {

std::vector<std::string> answers() {
    std::vector<std::string> lines;
    std::ifstream file("test/kernel/answers");
    for (std::string line; std::getline(file, line);)
        if (!line.empty() && line[0] != ';') lines.push_back(line);
    return lines;
}

// "route mtu=1000 10.0.1.1/24 : default via 10.0.1.254" as had.conf says it.
std::string config_of(std::string_view line) {
    std::string text = "[bond bond0]\nmode = active-backup\nmiimon = 100\n";
    const bool address = take_until(line, ' ') == "address";
    const auto colon = line.find(" : ");
    for (const std::string_view word : words_of(line.substr(0, colon))) {
        const auto equals = word.find('=');
        if (equals == std::string_view::npos) text.append("address = ").append(word) += '\n';
        else text.append(word.substr(0, equals)).append(" = ").append(word.substr(equals + 1)) += '\n';
    }
    if (address) return text;
    std::string route(line.substr(colon + 3));
    if (route.starts_with("default via ")) return text + "gateway = " + route.substr(12) + '\n';
    return text + "route = " + route + '\n';
}

std::string mistakes(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& one : diagnostics)
        if (one.severity == Severity::error) text += to_string(one, "had.conf") + '\n';
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(kernel_answers)

BOOST_AUTO_TEST_CASE(there_are_answers) {
    BOOST_TEST(answers().size() > 200u, "run the tests from the top folder of the checkout");
}

BOOST_DATA_TEST_CASE(check_refuses_what_the_kernel_refuses_and_takes_the_rest, boost::unit_test::data::make(answers()),
                     answer) {
    std::string_view line = answer;
    const bool good = take_until(line, ' ') == "taken";
    const std::string text = config_of(line), wrong = mistakes(parse_config(text).diagnostics);
    BOOST_TEST(wrong.empty() == good, text << wrong);
}

BOOST_AUTO_TEST_SUITE_END()
