// What is kept of a service that runs, or of a oneshot that is done: a file for each in /run/had/services.
//
// "PID STARTTIME DEVICE WORD COMMAND".  The start time (proc(5), field 22 of stat) tells the process from a later one
// that has the same number.  Of a unit of systemd's, "UNIT 0 DEVICE WORD COMMAND": systemd knows its processes.  It is
// written before the program is executed, so no daemon that is killed leaves one that the next does not know.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

struct ServiceRecord {
    int pid = 0;                              // 0: a oneshot that is done, or a unit
    std::uint64_t start_time = 0;
    std::uint64_t device = 0;
    bool ready = false;
    std::string command = {};
    std::string unit = {};                    // of systemd's, "had-dsl.service"; then it has no pid

    [[nodiscard]] bool done() const { return pid == 0 && unit.empty(); }
    friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};
std::string print(const ServiceRecord& record);
// Nothing: that is none.
std::optional<ServiceRecord> parse_service_record(std::string_view text);

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
