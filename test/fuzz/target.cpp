#include "test/fuzz/target.hpp"

#include <cstdio>

namespace had::test {

void must(bool holds, std::string_view law, std::string_view detail) {
    if (holds) return;
    std::string words = "broken: " + std::string(law);
    if (!detail.empty()) words += "\n" + std::string(detail);
    std::fprintf(stderr, "%s\n", words.c_str());
    throw Broken{words};
}

std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

} // namespace had::test
