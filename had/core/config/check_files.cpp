// The files that the daemon and had-recorder write: each has one writer, and nobody reads its own word.
#include "had/core/config/check.hpp"

#include <filesystem>
#include <map>

namespace had::core {

namespace {

std::string plain(const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); }

class Written {
public:
    explicit Written(Parsing& parsing) : parsing_(parsing) {
        of_.emplace(plain(parsing.config.had.pcidrivers), "the driver table");
    }

    void add(const std::string& section, const std::string& object, std::string_view key, const std::string& path,
             const Line& line) {
        if (path.empty()) return;
        const auto [at, fresh] = of_.try_emplace(plain(path), object);
        if (!fresh)
            Notes{parsing_.diagnostics, object}.error(parsing_.line_of(section, key, line), "{} is also that of {}",
                                                      path, at->second);
    }

    void check_reader(const MonitorConfig& monitor) const {
        const auto at = of_.find(plain(monitor.path));
        if (monitor.kind != MonitorKind::file || monitor.path.empty() || at == of_.end()) return;
        const std::string section = "monitor " + monitor.name;
        Notes{parsing_.diagnostics, section}.error(parsing_.line_of(section, "file", monitor.line),
                                                   "{} is also that of {}: another program must write it",
                                                   monitor.path, at->second);
    }

private:
    Parsing& parsing_;
    std::map<std::string, std::string> of_;   // by path
};

} // namespace

void check_files(Parsing& parsing) {
    const Config& config = parsing.config;
    Written written(parsing);
    const auto add = [&](std::string_view kind, const auto& one) {
        written.add(fmt::format("{} {}", kind, one.name), one.name, "fault_file", one.watched.fault_file, one.line);
    };
    for (const BondConfig& bond : config.bonds) add("bond", bond);
    for (const RoleConfig& role : config.configs) add("config", role);
    for (const VlanConfig& vlan : config.vlans) add("vlan", vlan);
    for (const FailoverConfig& group : config.failovers) {
        const std::string section = "failover " + group.name;
        written.add(section, section, "fault_file", group.fault_file, group.line);
    }
    written.add("had", "had", "metrics_file", config.had.metrics_file, Line{});
    for (const MonitorConfig& monitor : config.monitors) written.check_reader(monitor);
}

} // namespace had::core
