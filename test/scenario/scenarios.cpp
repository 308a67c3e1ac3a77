#include "test/scenario/scenarios.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace had::test {

std::vector<std::string> scenarios() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(all))
        if (exists(entry.path() / "events")) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace had::test
