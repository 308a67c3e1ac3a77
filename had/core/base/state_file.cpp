#include "had/core/base/state_file.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace had::core {
namespace {

std::size_t lines_in(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Nothing: it is no first line of that kind.
std::optional<std::size_t> promised_by(std::string_view kind, std::string_view line) {
    if (!line.starts_with(kind)) return std::nullopt;
    line.remove_prefix(kind.size());
    if (!line.starts_with(' ')) return std::nullopt;
    line.remove_prefix(1);
    return number<std::size_t>(line);
}

} // namespace

std::string seal(std::string_view kind, std::string_view lines) {
    return fmt::format("{} {}\n{}", kind, lines_in(lines), lines);
}

Unsealed unseal(std::string_view kind, std::string_view text) {
    if (text.empty()) return {text, "it is empty"};
    std::string_view rest = text;
    const auto promised = promised_by(kind, take_until(rest, '\n'));
    const std::string_view lines = promised ? rest : text;
    // Half a line may read as a whole one, of another user or another object.
    if (text.back() != '\n') return {lines.substr(0, lines.rfind('\n') + 1), "its last line is cut off"};
    if (promised && lines_in(lines) != *promised)
        return {lines, fmt::format("it has {} lines of {}", lines_in(lines), *promised)};
    if (text.find('\0') != std::string_view::npos) return {lines, "it holds zero bytes"};
    return {lines, ""};
}

} // namespace had::core
