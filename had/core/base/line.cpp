#include "had/core/base/line.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

// With its directory: many such files have one name.
std::string_view short_name(std::string_view path) {
    const auto name = path.rfind('/');
    if (name == std::string_view::npos || name == 0) return path;
    const auto directory = path.rfind('/', name - 1);
    return directory == std::string_view::npos ? path : path.substr(directory + 1);
}

} // namespace

std::string Line::in(std::string_view own) const {
    return fmt::format("{}:{}", beside().empty() ? own : short_name(beside()), number_);
}

std::string Line::seen_from(const Line& here) const {
    if (!file_ || beside() == here.beside()) return fmt::format("line {}", number_);
    return fmt::format("{}:{}", file_->path, number_);
}

} // namespace had::core
