// Every limit on what others can make grow, in one table: what a file may hold, and what a caller on the
// control socket may cost.  doc/protocol.md has the same numbers.
//
// They are above what any chassis needs, and below what would hold up the daemon, which has one thread.  So
// everything that a caller or a file says costs a small, bounded amount of time and memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace had::core::limits {

// --- A file: had.conf, or a driver table ----------------------------------------------------------
inline constexpr std::size_t file_bytes = 1024 * 1024;       // the shipped driver table is 50 KiB
inline constexpr std::size_t line_bytes = 199;               // inih as Debian compiles it (INI_MAX_LINE)
inline constexpr std::size_t sections = 1024;
inline constexpr std::size_t lines = 16384;                  // that say `key = value`
inline constexpr std::size_t config_files = 64;              // of had.conf.d, which are one file with had.conf
inline constexpr std::size_t config_directory = 4096;        // names in it, also of what is not read
inline constexpr std::size_t slots = 1024;                   // in all [domain]s together
inline constexpr std::size_t monitor_targets = 16;          // of one [monitor]
inline constexpr std::size_t monitors_of_one = 8;            // that one section names
inline constexpr std::size_t services = 256;                // [service]s of a file, and DHCP clients
inline constexpr std::size_t needs = 64;                    // of one [service]; and what it comes after
inline constexpr std::size_t attributes = 16;               // of one [match], each of `attr` and `number`
inline constexpr std::size_t members = 16;                  // of one [failover]
inline constexpr std::size_t instances = 64;                // of a [service] with `for`
inline constexpr std::size_t peers = 256;
inline constexpr std::size_t peer_lans = 8;                  // of one [peer]; a byte of its packets has a bit for each
inline constexpr std::size_t peer_shared = 8;                // addresses of one [peer] that both hosts have in turn
inline constexpr std::size_t peer_keys = 2;                  // of one [peer]: the one in use, and another
inline constexpr std::size_t peers_found = 256;              // by one scan
inline constexpr std::size_t net_lines = 256;                // addresses of one section; routes; and rules
inline constexpr std::size_t tunables = 64;                  // sysctls of one section, offloads and the like
inline constexpr std::uint64_t history_least = 1024 * 1024, history_most = 1024 * 1024 * 1024;     // bytes on the disk
inline constexpr std::size_t diagnostics = 100;              // a file of the wrong kind has no more than that
inline constexpr std::size_t guess_bytes = 63;               // of a word that is compared with what could be meant
inline constexpr std::size_t guesses = 256;                  // words that it is compared with

// --- A request on the control socket ----------------------------------------------------------------
// A whole had.conf fits into it: 16 slots take 2 KiB.
inline constexpr std::size_t request_bytes = 256 * 1024;
inline constexpr std::size_t stranger_request_bytes = 4096;  // of callers who may not change things
inline constexpr std::size_t request_keys = 8;
inline constexpr std::size_t args = 8;
inline constexpr std::size_t echo_bytes = 64;                // of a caller's word in an answer

// --- Clients ----------------------------------------------------------------------------------------
inline constexpr std::size_t clients = 64;
inline constexpr std::size_t reserved_clients = 8;           // of these for callers who may change things
inline constexpr std::size_t clients_of_uid = 16;            // of one uid that may not
inline constexpr std::size_t idle_seconds = 60;              // then a client that needs a place gets it
inline constexpr std::size_t unread_bytes = 1024 * 1024;     // of events; an answer to a caller without rights
inline constexpr std::size_t history = 1024;                 // events
// Of a uid that may not change things.  A monitor that asks once a second never notices.
inline constexpr std::size_t turns_a_second = 50;            // a connection, a request, a part of one: each
inline constexpr std::size_t turns_at_once = 100;
// Connections of callers that may not change things and for which there is no place.
inline constexpr std::size_t refusals_a_second = 1000;
inline constexpr std::size_t refusals_at_once = 64;

struct Row {
    std::string_view what;                    // as doc/protocol.md tells it
    std::uint64_t value;
    std::string_view unit;
};

inline constexpr std::array table{
    Row{"a file", file_bytes, "bytes"},
    Row{"a line of it, without comments", line_bytes, "bytes"},
    Row{"sections of a file", sections, ""},
    Row{"lines `key = value` of a file", lines, ""},
    Row{"files of had.conf.d, which count as one file with had.conf", config_files, ""},
    Row{"names in had.conf.d, also of what is not read", config_directory, ""},
    Row{"slots in all `[domain]`s of a file", slots, ""},
    Row{"addresses of a section, routes, and rules", net_lines, "of each"},
    Row{"sysctls of a section, with offloads and the other words that an interface forgets", tunables, ""},
    Row{"targets of a `[monitor]`", monitor_targets, ""},
    Row{"monitors that a section names", monitors_of_one, ""},
    Row{"services of a file, with the DHCP clients", services, ""},
    Row{"`needs` of a `[service]`, and `after`", needs, "of each"},
    Row{"`attr` of a `[match]`, and `number`", attributes, "of each"},
    Row{"members of a `[failover]`", members, ""},
    Row{"devices for which a `[service]` runs", instances, ""},
    Row{"`[peer]`s of a file", peers, ""},
    Row{"LANs of a `[peer]`", peer_lans, ""},
    Row{"keys of a `[peer]`", peer_keys, ""},
    Row{"addresses that a `[peer]` shares", peer_shared, ""},
    Row{"hosts that a scan of peers tells of", peers_found, ""},
    Row{"mistakes told of a file", diagnostics, ""},
    Row{"a word that is guessed at (\"did you mean\")", guess_bytes, "bytes"},
    Row{"words that it is compared with", guesses, ""},
    Row{"a request", request_bytes, "bytes"},
    Row{"a request of a caller without rights", stranger_request_bytes, "bytes"},
    Row{"keys of a request", request_keys, ""},
    Row{"arguments of a request", args, ""},
    Row{"a caller's word, as an answer repeats it", echo_bytes, "bytes"},
    Row{"clients", clients, ""},
    Row{"of these, kept for callers with rights", reserved_clients, ""},
    Row{"clients of one uid without rights", clients_of_uid, ""},
    Row{"a client that does nothing", idle_seconds, "seconds"},
    Row{"events unread, an answer without rights", unread_bytes, "bytes"},
    Row{"events kept", history, ""},
    Row{"turns of a uid without rights", turns_a_second, "a second"},
    Row{"the same, after a rest", turns_at_once, "at once"},
    Row{"connections without rights refused", refusals_a_second, "a second"},
    Row{"the same, after a rest", refusals_at_once, "at once"},
};

} // namespace had::core::limits
