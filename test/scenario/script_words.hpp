// What the words of a scenario's steps mean.  All throw std::invalid_argument.
#pragma once

#include "had/core/config/config.hpp"
#include "test/scenario/stage.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace had::test {

using Words = std::vector<std::string>;

[[noreturn]] void wrong(const std::string& what);

std::vector<std::string> lines_of(std::string_view text);
// `#` begins a comment, "quotes" hold words together.
Words words_of(std::string_view line);

unsigned number(std::string_view text, int base = 10);
core::Duration duration(const std::string& text); // "10s", "200ms"
core::IpPrefix prefix(const std::string& text);
core::ModelId model(std::string_view text); // "8086:100e"
core::ActionResult outcome(const std::string& error, const std::string& text);
core::Probe probe_named(const std::string& name);
std::pair<std::string, unsigned> port_from(const std::string& text);
std::vector<core::Ifindex> interfaces(Stage& stage, const std::string& port);
// "default via 10.0.1.254" or "10.2.0.0/16 via 10.0.1.253", from word `at` on.
core::Route route(const Words& w, std::size_t at);
core::Rule rule(const Words& w, std::size_t at);
// From word 3 on, "0000:00:05", "0000:40 behind 0000:00:1c.0": a place on a bus, or a bus of its own.
FakeSlot slot_from(const Words& w);
// From word 2 on, "dual 8086:1010", "late MII 8086:100e", "slow 8086:100e", "units 2 15b3:1003",
// "bridged 1011:0019 1011:0019", "class 0700 8086:7020".
FakeCard card_from(const Words& w);

} // namespace had::test
