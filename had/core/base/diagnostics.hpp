// Mistakes in a file that a person wrote: always with file and line, the object, and what was meant.
#pragma once

#include "had/core/base/line.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

enum class Severity : unsigned char { warning, error };

struct Diagnostic {
    Severity severity = Severity::error;
    unsigned line = 0;                        // 0: the file as a whole
    std::string object;                       // "bond0", "slot 2", "2.1"; may be empty
    std::string text;                         // "unknown mode 'active-bakup', did you mean 'active-backup'?"
    std::string file = {};                    // when it is not the judged file itself: one beside it, the driver table

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

Diagnostic mistake(Severity severity, const Line& line, std::string object, std::string text);

bool has_errors(const Diagnostics& diagnostics);
// Adds a mistake; every mistake of a file goes through this.  Past the limit (limits.hpp) one more says that there are
// more; it is an error as soon as one of those is.
void tell(Diagnostics& diagnostics, Diagnostic diagnostic);
// Whether the limit is passed, so that nothing more is added.
bool is_full(const Diagnostics& diagnostics);
// By file and line, the judged file first; else as they were found.  The one that says there are more stays last.
void sort_by_line(Diagnostics& diagnostics);
// "had.conf:12: bond0: unknown mode ..."; a warning says so: "had.conf:9: warning: bond0: ...".
std::string to_string(const Diagnostic& diagnostic, std::string_view file);

// ", did you mean 'active-backup'?" when one candidate is near enough, else an empty string.  No guess is made for a
// word that is too long, or among too many candidates (limits.hpp).
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

} // namespace had::core
