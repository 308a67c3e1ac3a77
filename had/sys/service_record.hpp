// What is kept of a service that runs, of a oneshot that is done, and of what has failed: a file for each in
// /run/had/services.
//
// "PID STARTTIME DEVICE WORD COMMAND"; of what has failed a second line, "COUNT UNTIL WHY": how often in a row, and
// until when it is left alone, in microseconds of the clock that runs since the machine started (CLOCK_MONOTONIC).  All
// of it is one file, which is replaced whole, so that no daemon that is killed counts a failure twice or not at all.
// The start time (proc(5), field 22 of stat) tells the process from a later one
// that has the same number.  Of a unit of systemd's, "UNIT 0 DEVICE WORD COMMAND": systemd knows its processes.  It is
// written before the program is executed, so no daemon that is killed leaves one that the next does not know.
#pragma once

#include "had/core/service/runner.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::sys {

enum class RecordWord : std::uint8_t {
    starting, ready,                          // of a process, or a unit
    done,                                     // a oneshot that has run
    failed,                                   // it does not run, and waits for its next try
    bare,                                     // it is up, and has no process
};

struct ServiceRecord {
    RecordWord word = RecordWord::starting;
    int pid = 0;                              // 0: it has no process, or is a unit
    std::uint64_t start_time = 0;
    std::uint64_t device = 0;
    std::string command = "-";
    std::string unit = {};                    // of systemd's, "had-dsl.service"; then it has no pid
    core::Failures failures = {};

    // Something of it may be there: a process, or a unit.
    [[nodiscard]] bool runs() const { return word == RecordWord::starting || word == RecordWord::ready; }
    friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};
std::string print(const ServiceRecord& record);
// Nothing: that is none.
std::optional<ServiceRecord> parse_service_record(std::string_view text);
// Nothing: it cannot be read, or is none.
std::optional<ServiceRecord> read_service_record(const std::filesystem::path& path);

// As the next daemon takes it over, before anybody has looked whether it runs.
core::Adopted adopted_from(const core::ServiceKey& key, const ServiceRecord& record);
// What there is in the directory, for who only looks.  What cannot be read is left out.
std::vector<core::Adopted> kept_services(const std::filesystem::path& directory);

// These three throw std::system_error when /proc cannot be read: that is not taken for a process that has gone.
// Of a process that is there.  Nothing: it is not, or is a zombie that nobody has waited for.
std::optional<std::uint64_t> start_time_of(int pid);
// Whether a process group whose first process has gone is of this service: one of it has its name in the environment.
bool is_group_of(int group, const std::string& service);
// Whether one of it is more than a zombie, which an init that waits for nobody keeps for ever.
bool group_lives(int group);

// Beside the records: the socket to which sd_notify(3) writes.
inline constexpr std::string_view notify_suffix = ".notify";

} // namespace had::sys
