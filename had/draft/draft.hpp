// had.conf of a network that was found: keys by the printer of had.conf, comments beside them.
//
// The text is always one that the daemon takes.  What its parser refuses becomes a comment with the parser's own words,
// so that no rule of had.conf stands here a second time.
#pragma once

#include "had/draft/found.hpp"
#include "had/draft/places.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace had::draft {

struct Comment {
    std::string section;                      // "bond bond0", "devices"; empty: the top of the file
    std::string text;

    friend bool operator==(const Comment&, const Comment&) = default;
};

struct Draft {
    core::Config config;
    std::vector<Comment> comments;
};

// `from`: where it was found, for the first line: "what runs", "/etc/network/interfaces".
Draft draft_of(const Found& found, const Places& places, std::string_view from);

// Throws std::runtime_error when there is more than had.conf can hold.
std::string print(const Draft& draft);

} // namespace had::draft
