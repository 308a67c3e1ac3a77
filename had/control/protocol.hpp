// The control protocol: one JSON object a line, both ways, over a Unix stream socket.
//
// The server opens with a Hello.  A client sends Requests, each with an id of its choice; each gets one
// Reply with that id, in order.  After `subscribe` Events come between the replies.  doc/protocol.md is
// the reference.  Lines have no '\n' here, neither at the end nor inside.
//
// Pure, and without any JSON type: arguments are flat, and an answer is JSON text.
#pragma once

#include "had/core/base/notice.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace had::control {

inline constexpr int api_version = 1;
inline constexpr std::string_view default_socket = "/run/had/had.sock";

// What a client believes of a server: a status of 200 ports is 100 KiB.
inline constexpr std::size_t max_reply_bytes = 16 * 1024 * 1024;

// The exit codes of had, hadctl and pcidb.
enum class Exit : int {
    ok = 0, failed, usage, degraded, no_permission, refused, bad_config, timed_out, no_such_object,
    not_running
};

enum class ErrorCode : std::uint8_t {
    failed, usage, unknown_verb, no_permission, refused, bad_config, no_such_object, too_long, too_many
};
std::string_view to_string(ErrorCode code);           // "no-such-object"
std::optional<ErrorCode> error_code_from(std::string_view word);
Exit exit_of(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::failed;
    std::string text;                         // a whole sentence
    std::string details;                      // a JSON object as text; or empty

    friend bool operator==(const Error&, const Error&) = default;
};

struct Hello {
    std::string had;                          // version
    int api = api_version;
    std::string instance;                     // another at each start of the daemon

    friend bool operator==(const Hello&, const Hello&) = default;
};

// Words, whole numbers, truth values and lists of words; nothing else nested.
using Texts = std::vector<std::string>;
using Arg = std::variant<bool, std::int64_t, std::string, Texts>;
using Args = std::map<std::string, Arg, std::less<>>;

struct Request {
    std::uint64_t id = 0;
    std::string verb;
    Args args;

    friend bool operator==(const Request&, const Request&) = default;
};

struct Answer {
    std::string json;                         // an object

    friend bool operator==(const Answer&, const Answer&) = default;
};
using Outcome = std::variant<Answer, Error>;

struct Reply {
    std::optional<std::uint64_t> id;          // nothing: the request could not be read that far
    Outcome outcome;

    friend bool operator==(const Reply&, const Reply&) = default;
};

// The answer to `subscribe`, and where to resume: the last event so far.
struct Position {
    std::string instance;
    std::uint64_t seq = 0;

    friend bool operator==(const Position&, const Position&) = default;
};

// When something happened.  The time of day may be set; the other two cannot.
struct Stamp {
    std::string time;                         // RFC 3339, UTC
    std::string boot;                         // the kernel's id of this boot
    std::int64_t uptime_us = 0;               // since then, sleep included (CLOCK_BOOTTIME)

    friend bool operator==(const Stamp&, const Stamp&) = default;
};

// As a client reads it; `event` may be a word that this client does not know.
struct Event {
    std::string event, instance, time, level, text;
    std::optional<std::uint64_t> seq;         // nothing: `lost` and `changed` are not in the history
    std::optional<std::uint64_t> from, to;    // of `lost`; no `to`: nobody knows how many
    std::string json;                         // the whole line
    std::string boot = {};                    // as of a Stamp
    std::optional<std::int64_t> uptime_us = {};       // nothing: the daemon is older than that key

    friend bool operator==(const Event&, const Event&) = default;
};

std::string encode(const Hello& hello);
std::string encode(const Request& request);
std::string encode(const Reply& reply);
std::string encode(const core::Notice& notice, std::uint64_t seq, std::string_view instance,
                   const Stamp& stamp);
// The events that a resuming subscriber has lost.
std::string encode_lost(std::string_view instance, std::uint64_t from, std::optional<std::uint64_t> to);
std::string encode_changed(std::string_view instance);
std::string to_json(const Position& position);
std::optional<Position> position_from_json(std::string_view text);

// What a server reads (request_json.cpp).  For an unusable line: the reply that says why, with the id if there was one.
std::variant<Request, Reply> decode_request(std::string_view line);

// What a client reads.  Nothing: the line is not of this protocol.
using Message = std::variant<Hello, Reply, Event>;
std::optional<Message> decode_message(std::string_view line);

} // namespace had::control
