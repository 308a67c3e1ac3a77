// What a port's driver and the PCIe error counters say of a lost link: read in a child process, which hands it over
// as a line, and told here, where it is known what was counted before.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct ErrorCount {
    std::uint64_t total = 0;
    std::map<std::string, std::uint64_t> kinds;               // "BadTLP", without those that were never counted

    friend bool operator==(const ErrorCount&, const ErrorCount&) = default;
};
// "correctable", "non-fatal" and "fatal", as far as they are known.
using PcieErrors = std::map<std::string, ErrorCount>;

struct LossFacts {
    struct Counted {
        bool root_port = false;
        std::string function;                                 // "0000:02:00.0"
        PcieErrors errors;                                    // since the boot

        friend bool operator==(const Counted&, const Counted&) = default;
    };
    std::string driver;                                       // "no cable, says the driver"
    std::vector<Counted> counted;

    friend bool operator==(const LossFacts&, const LossFacts&) = default;
};

// One line.  What cannot be read of it is left out.
std::string print(const LossFacts& facts);
LossFacts parse_loss_facts(std::string_view line);

// By function.  What was added since is told; of a function that was not known all, as counted since the boot.
using KnownErrors = std::map<std::string, PcieErrors>;
// Empty: nobody knows anything.  Then the facts are what is known.
std::string tell_loss(const LossFacts& facts, KnownErrors& known);

} // namespace had::core
