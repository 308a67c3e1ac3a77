// [monitor NAME], and the keys by which other sections name one.
#include "had/core/config/monitor.hpp"

#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/text.hpp"
#include "had/core/config/host.hpp"
#include "had/core/config/print.hpp"
#include "had/core/config/watched.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace had::core {

namespace {

constexpr Duration least_interval = std::chrono::milliseconds(20), most_interval = std::chrono::seconds(60);
constexpr std::uint32_t least_size = 64, most_size = 65535;       // bytes of an IP packet
constexpr std::uint64_t most_in_row = 1000, most_low_water = 1'000'000'000;

std::vector<std::string_view> kind_names() {
    std::vector<std::string_view> names;
    for (const MonitorKindRule& rule : monitor_kind_rules) names.push_back(rule.name);
    return names;
}

// The word's place among the names.  Nothing: it is none of them, and that is told.
template <class T>
std::optional<T> one_of(const Reader& reader, std::span<const std::string_view> names) {
    const auto at = std::find(names.begin(), names.end(), reader.text());
    if (at != names.end()) return static_cast<T>(at - names.begin());
    reader.unknown(names);
    return std::nullopt;
}

void read_kind(const Reader& reader, MonitorConfig& monitor) {
    const auto kind = one_of<MonitorKind>(reader, kind_names());
    if (kind) monitor.kind = *kind;
}

void read_targets(const Reader& reader, MonitorConfig& monitor) {
    for (const std::string_view word : reader.list()) {
        const auto target = ip_address_from(word);
        if (!target) {
            reader.must_be("an address", word);
        } else if (const auto wrong = wrong_host(*target)) {
            reader.error("target {} {}", word, *wrong);
        } else if (std::find(monitor.targets.begin(), monitor.targets.end(), *target) != monitor.targets.end()) {
            reader.error("target {} is given twice", word);
        } else if (monitor.targets.size() == limits::monitor_targets) {
            return reader.error("more than {} targets", limits::monitor_targets);
        } else {
            monitor.targets.push_back(*target);
        }
    }
}

void read_quorum(const Reader& reader, MonitorConfig& monitor) {
    if (reader.text() == "any") monitor.quorum = 1;
    else if (reader.text() == "all") monitor.quorum = quorum_all;
    else if (const auto n = whole_number(reader.text()); n && *n >= 1 && *n <= limits::monitor_targets)
        monitor.quorum = static_cast<unsigned>(*n);
    else reader.must_be(fmt::format("any, all or a number from 1 to {}", limits::monitor_targets));
}

void read_interval(const Reader& reader, MonitorConfig& monitor) {
    const auto value = reader.duration();
    if (value && *value >= least_interval && *value <= most_interval) monitor.interval = *value;
    else if (value) reader.must_be("a duration from 20ms to 60s");
}

void read_timeout(const Reader& reader, MonitorConfig& monitor) {
    const auto value = reader.duration();
    if (value && *value > Duration(0)) monitor.timeout = value;
    else if (value) reader.must_be("longer than 0");
}

void read_source(const Reader& reader, MonitorConfig& monitor) {
    const auto source = ip_address_from(reader.text());
    if (!source) return reader.must_be("an address");
    const bool nobody = *source == IpAddress{IpFamily::v4, {}};       // as where it is not given
    const auto wrong = nobody ? std::nullopt : wrong_host(*source);
    if (wrong) return reader.error("source {} {}", reader.text(), *wrong);
    monitor.source = source;
}

void read_size(const Reader& reader, MonitorConfig& monitor) {
    if (reader.text() == "mtu") monitor.size = size_mtu;
    else if (const auto n = whole_number(reader.text()); n && *n >= least_size && *n <= most_size)
        monitor.size = static_cast<std::uint32_t>(*n);
    else reader.must_be(fmt::format("mtu or a number of bytes from {} to {}", least_size, most_size));
}

std::optional<std::string> bytes_from(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        unsigned byte = 0;
        const char* const end = hex.data() + std::min(i + 2, hex.size());
        const auto [stop, error] = std::from_chars(hex.data() + i, end, byte, 16);
        if (error != std::errc() || stop != end || i + 2 > hex.size()) return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}
std::string hex_of(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

void read_datagram(const Reader& reader, MonitorConfig& monitor) {
    if (auto bytes = bytes_from(reader.text())) monitor.datagram = *std::move(bytes);
    else reader.must_be("bytes as pairs of hexadecimal digits, 0a1b2c");
}

void read_command(const Reader& reader, MonitorConfig& monitor) {
    for (const std::string_view word : words_of(reader.text())) monitor.command.emplace_back(word);
    if (monitor.command.empty() || monitor.command.front().starts_with('/')) return;
    reader.must_be("a program by its absolute path, and its arguments");
}

void read_count(const Reader& reader, unsigned& into) {
    if (const auto n = reader.number(1, most_in_row)) into = static_cast<unsigned>(*n);
}

const std::vector<Key<MonitorConfig>>& monitor_keys() {
    using M = MonitorConfig;
    static const std::vector<Key<M>> keys{
        {"kind", read_kind},
        {"targets", read_targets, true},
        {"quorum", read_quorum},
        {"interval", read_interval},
        {"timeout", read_timeout},
        {"fall", [](const Reader& r, M& m) { read_count(r, m.fall); }},
        {"rise", [](const Reader& r, M& m) { read_count(r, m.rise); }},
        {"source", read_source},
        {"source_mac",
         [](const Reader& r, M& m) { m.source_mac = one_of<SourceMac>(r, source_mac_names).value_or(m.source_mac); }},
        {"size", read_size},
        {"vlan", [](const Reader& r, M& m) { m.vlan = r.text(); }},
        {"low_water", [](const Reader& r, M& m) {
             if (const auto n = r.number(1, most_low_water)) m.low_water = static_cast<std::uint32_t>(*n);
         }},
        {"file", [](const Reader& r, M& m) { m.path = r.absolute_path().value_or(""); }},
        {"port", [](const Reader& r, M& m) {
             if (const auto n = r.number(1, 65535)) m.port = static_cast<std::uint16_t>(*n);
         }},
        {"datagram", read_datagram},
        {"command", read_command},
        {"action",
         [](const Reader& r, M& m) { m.action = one_of<MonitorAction>(r, monitor_action_names).value_or(m.action); }},
    };
    return keys;
}

void parse_monitor(Parsing& parsing, const Heading& heading) {
    MonitorConfig monitor;
    monitor.name = heading.name;
    monitor.line = heading.section.line;
    read_keys<MonitorConfig>(parsing, heading, monitor_keys(), monitor);
    parsing.config.monitors.push_back(std::move(monitor));
}

std::string print_quorum(unsigned quorum) {
    return quorum == quorum_all ? "all" : quorum == 1 ? "any" : std::to_string(quorum);
}

void print_monitor(Printer& out, const MonitorConfig& monitor) {
    const MonitorConfig usual;
    out.section("monitor", monitor.name);
    out.key("kind", rule_of(monitor.kind).name);
    for (const IpAddress& target : monitor.targets) out.key("targets", to_string(target));
    if (monitor.quorum != usual.quorum) out.key("quorum", print_quorum(monitor.quorum));
    if (monitor.interval != usual.interval) out.key("interval", print_duration(monitor.interval));
    if (monitor.timeout) out.key("timeout", print_duration(*monitor.timeout));
    if (monitor.fall != usual.fall) out.key("fall", monitor.fall);
    if (monitor.rise != usual.rise) out.key("rise", monitor.rise);
    if (monitor.source) out.key("source", to_string(*monitor.source));
    if (monitor.source_mac != usual.source_mac)
        out.key("source_mac", source_mac_names[static_cast<std::size_t>(monitor.source_mac)]);
    if (monitor.size) out.key("size", *monitor.size == size_mtu ? "mtu" : std::to_string(*monitor.size));
    out.given("vlan", monitor.vlan);
    if (monitor.low_water != usual.low_water) out.key("low_water", monitor.low_water);
    out.given("file", monitor.path);
    if (monitor.port != 0) out.key("port", monitor.port);
    out.given("datagram", hex_of(monitor.datagram));
    if (!monitor.command.empty()) out.key("command", fmt::format("{}", fmt::join(monitor.command, " ")));
    if (monitor.action != usual.action)
        out.key("action", monitor_action_names[static_cast<std::size_t>(monitor.action)]);
}

void print_monitors(Printer& out, const Config& config) {
    for (const MonitorConfig& monitor : config.monitors) print_monitor(out, monitor);
}

std::vector<std::string_view> monitor_key_names() { return names_of<MonitorConfig>(monitor_keys()); }

} // namespace

void read_monitors(const Reader& reader, Watched& watched) {
    watched.line = reader.line();
    for (const std::string_view word : reader.list()) {
        if (std::find(watched.monitors.begin(), watched.monitors.end(), word) != watched.monitors.end())
            reader.error("monitor {} is named twice", word);
        else if (watched.monitors.size() == limits::monitors_of_one)
            return reader.error("more than {} monitors", limits::monitors_of_one);
        else watched.monitors.emplace_back(word);
    }
}

void read_fault_file(const Reader& reader, Watched& watched) {
    watched.fault_file = reader.written_path().value_or("");
}

void print_watched(Printer& out, const Watched& watched) {
    out.given("monitor", watched.monitors);
    out.given("fault_file", watched.fault_file);
}

const SectionRule monitor_section{"monitor", Named::label, true, parse_monitor, monitor_key_names, print_monitors};

} // namespace had::core
