#include "had/core/base/diagnostics.hpp"

#include "had/core/base/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <tuple>

namespace had::core {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

// Edit distance in which two neighbours exchanged count as one mistake ("optimal string
// alignment").  What is as far apart as `far`, or farther, is not measured to its end.
std::size_t distance(std::string_view a, std::string_view b, std::size_t far) {
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        above[j] = j;
    std::size_t least_above = 0;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t least = row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] =
                std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (exchanged) row[j] = std::min(row[j], before[j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (std::min(least, least_above) >= far) return far;      // the next row is made of these two
        least_above = least;
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

} // namespace

Diagnostic mistake(Severity severity, const Line& line, std::string object, std::string text) {
    return {severity, line.number(), std::move(object), std::move(text), std::string(line.beside())};
}

bool has_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& d) { return d.severity == Severity::error; });
}

void tell(Diagnostics& diagnostics, Diagnostic diagnostic) {
    if (!is_full(diagnostics)) return diagnostics.push_back(std::move(diagnostic));
    if (diagnostics.size() == limits::diagnostics)
        diagnostics.push_back({Severity::warning, 0, "",
                               fmt::format("more than {} mistakes, the rest is not told", limits::diagnostics)});
    if (diagnostic.severity == Severity::error) diagnostics.back().severity = Severity::error;
}

bool is_full(const Diagnostics& diagnostics) { return diagnostics.size() >= limits::diagnostics; }

void sort_by_line(Diagnostics& diagnostics) {
    const auto told = std::min(diagnostics.size(), limits::diagnostics);
    std::stable_sort(diagnostics.begin(), diagnostics.begin() + static_cast<std::ptrdiff_t>(told),
                     [](const Diagnostic& a, const Diagnostic& b) {
                         return std::tie(a.file, a.line) < std::tie(b.file, b.line);
                     });
}

std::string to_string(const Diagnostic& diagnostic, std::string_view file) {
    std::string text = diagnostic.file.empty() ? std::string(file) : diagnostic.file;
    if (diagnostic.line != 0) text += fmt::format(":{}", diagnostic.line);
    text += ": ";
    if (diagnostic.severity == Severity::warning) text += "warning: ";
    if (!diagnostic.object.empty()) text += diagnostic.object + ": ";
    return text + diagnostic.text;
}

// One mistake in three letters is a slip, more is another word.  A beginning that fits one
// candidate only ("broad" for "broadcast") is taken for an abbreviation.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.size() > limits::guess_bytes || candidates.size() > limits::guesses) return {};
    const std::string meant = lower(word);
    std::size_t nearest = meant.size() / 3 + 1;
    std::string_view best, beginning;
    std::size_t beginnings = 0;
    for (const std::string_view candidate : candidates) {
        const std::string other = lower(candidate);
        // They are at least as far apart as their lengths are: most need no closer look.
        const std::size_t least = std::max(meant.size(), other.size()) - std::min(meant.size(), other.size());
        if (const auto d = least < nearest ? distance(meant, other, nearest) : least; d < nearest) {
            nearest = d;
            best = candidate;
        }
        if (meant.size() >= 2 && other.compare(0, meant.size(), meant) == 0) {
            beginning = candidate;
            ++beginnings;
        }
    }
    if (best.empty() && beginnings == 1) best = beginning;
    if (best.empty()) return {};
    return fmt::format(", did you mean '{}'?", best);
}

} // namespace had::core
