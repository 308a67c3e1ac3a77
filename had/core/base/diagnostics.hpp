// What is wrong in a file that a person wrote: always file and line, the object, and what was meant.
#pragma once

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
    std::string file = {};                    // another than the one that is judged: the driver table

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics& diagnostics);
// Every mistake of a file goes in by this one.  Past the limit (limits.hpp) one more is told, that there are
// more: an error as soon as one of those is.
void tell(Diagnostics& diagnostics, Diagnostic diagnostic);
// Past the limit: whatever is told now is not heard any more.
bool is_full(const Diagnostics& diagnostics);
// By line, those of one line as they were found; that there are more stays the last.
void sort_by_line(Diagnostics& diagnostics);
// "had.conf:12: bond0: unknown mode ..."; a warning says so: "had.conf:9: warning: bond0: ...".
std::string to_string(const Diagnostic& diagnostic, std::string_view file);

// ", did you mean 'active-backup'?" when one candidate is near enough, else an empty string.  What is too long, or
// would have to be compared with too many, is not guessed at (limits.hpp).
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

} // namespace had::core
