// Every input of test/fuzz/corpus, among them those that a fuzzer found something with, holds every law.
#include "test/boost_test.hpp"
#include "test/fuzz/target.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace had::test {
namespace {

namespace fs = std::filesystem;

const fs::path corpora = "test/fuzz/corpus";

std::vector<fs::path> inputs_of(std::string_view target) {
    std::vector<fs::path> inputs;
    if (fs::is_directory(corpora / target))
        for (const auto& entry : fs::directory_iterator(corpora / target)) inputs.push_back(entry.path());
    std::sort(inputs.begin(), inputs.end());
    return inputs;
}

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Target& target : targets()) all.emplace_back(target.name);
    std::sort(all.begin(), all.end());
    return all;
}

const Target& target_named(std::string_view name) {
    return *std::find_if(targets().begin(), targets().end(), [&](const Target& t) { return t.name == name; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(fuzz_corpus)

// The list of targets is complete only when every file has registered its own: so it is asked for here.
BOOST_AUTO_TEST_CASE(every_input_holds_every_law) {
    for (const std::string& name : names()) {
        const std::vector<fs::path> inputs = inputs_of(name);
        BOOST_TEST(!inputs.empty(), name << " has no corpus");
        for (const fs::path& input : inputs) {
            BOOST_TEST_CHECKPOINT(input.string());
            try {
                target_named(name).run(bytes_of(input));
            } catch (const Broken& broken) {
                BOOST_ERROR(input.string() + ": " + broken.law);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace had::test
