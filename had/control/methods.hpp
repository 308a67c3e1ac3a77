// The verbs of the control protocol, over a Daemon.  No socket is known here.
#pragma once

#include "had/control/daemon.hpp"
#include "had/control/protocol.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace had::control {

enum class ArgType : std::uint8_t { flag, number, text, texts };
struct ArgRule {
    std::string_view name;
    ArgType type;
    bool required = false;
    bool restricted = false;                  // only callers who may change things may give it
};

struct Caller {
    bool may_change = false;
    std::string user;                         // of a verb that changes something; else empty
};

struct Verb {
    std::string_view name;
    bool changes;                             // needs uid 0 or the configured group
    std::span<const ArgRule> args;
    // Null: the server's own (`status`, `subscribe`).
    Outcome (*call)(Daemon& daemon, const Args& args, const Caller& caller);
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);

// Why this request is refused: an unknown verb, a wrong argument, a caller without the right.
std::optional<Error> objection(const Request& request, bool may_change);
// Requires: no objection, and a verb that is not the server's own.
Outcome call(Daemon& daemon, const Request& request, const Caller& caller);

// For arguments that the verb's table has.  An absent one is false, nothing, nothing.
bool flag_of(const Args& args, std::string_view name);
std::optional<std::int64_t> number_of(const Args& args, std::string_view name);
std::optional<std::string_view> text_of(const Args& args, std::string_view name);
std::optional<Texts> texts_of(const Args& args, std::string_view name);

} // namespace had::control
