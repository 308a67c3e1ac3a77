// The figures for monitoring: one table of metrics, what their values are, and two writers.
//
// OpenMetrics is what `hadctl metrics` prints; the textfile collector of node_exporter reads the older format 0.0.4,
// and drops the whole file at one line of the newer.  Labels are places (port, slot, bond); no counter has a state
// or an interface as its label.  A daemon that is dead has `had_up 0` and no states: no last word of it lies.
#pragma once

#include "had/notify/state.hpp"
#include "had/record/database.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace had::record {

enum class MetricType : std::uint8_t { gauge, counter, info, histogram };

struct Metric {
    std::string_view name;                    // of the family: without _total, _info, _bucket
    MetricType type;
    std::string_view unit;                    // "seconds", with which the name ends; or empty
    std::string_view help;
};
std::span<const Metric> metrics();

struct Sample {
    std::string_view metric;                  // a name of the table
    std::string suffix, labels;               // "_bucket"; "bond=\"bond0\",le=\"1\""
    double value = 0;
};

struct Figures {
    const core::View* view = nullptr;         // null: the daemon does not answer
    std::string version = {};
    Counters counters = {};
    std::map<std::string, Span> open = {};    // what the counters do not have yet
    std::map<std::string, notify::Progress> hooks = {};       // by name; had-notify keeps it
    Moment now = {};
};

// In the order of the table.
std::vector<Sample> samples_of(const Figures& figures);
std::string openmetrics(const std::vector<Sample>& samples);
std::string textfile(const std::vector<Sample>& samples);

} // namespace had::record
