// An event as a hook is told of it: two arguments, an environment, and the line of JSON on its standard input.
#pragma once

#include "had/control/protocol.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace had::notify {

struct Message {
    std::string event, object, level, alarm;
    std::string instance;
    std::uint64_t seq = 0;
    std::string json;                         // a whole line
    std::vector<std::string> environment;     // "HAD_BOND=bond0"; nothing else but PATH is added when it is run

    friend bool operator==(const Message&, const Message&) = default;
};

// Of an event of the daemon.  Nothing: it is none, or `changed`.
std::optional<Message> message_of(const control::Event& event);
// What was dropped, or never came.
Message lost(const std::string& instance, std::uint64_t from, std::uint64_t to);
// A made-up one, by which a hook is tried.
Message test_message(const std::string& event, const std::string& time);

} // namespace had::notify
