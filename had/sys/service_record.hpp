// What is kept of a service that runs, or of a oneshot that is done: a file for each in /run/had/services.
//
// "PID STARTTIME DEVICE WORD COMMAND".  The start time (proc(5), field 22 of stat) tells the process from a later one
// that has the same number.  It is written before the program is executed, so no daemon that is killed leaves one
// that the next does not know.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace had::sys {

struct ServiceRecord {
    int pid = 0;                              // 0: a oneshot that is done
    std::uint64_t start_time = 0;
    std::uint64_t device = 0;
    bool ready = false;
    std::string command;

    friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};
std::string print(const ServiceRecord& record);
// Nothing: that is none.
std::optional<ServiceRecord> parse_service_record(std::string_view text);
// Of a process that is there.  Nothing: it is not, or is a zombie that nobody has waited for.
std::optional<std::uint64_t> start_time_of(int pid);

} // namespace had::sys
