// What the monitors have found of a port, or of an interface as a whole.
#include "had/core/view/derive.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

// Some of its monitors doubt the port, and together they have their way (core/monitor/combine.hpp).
bool is_doubted(const Situation& s, Ifindex port) {
    const auto at = s.standings.find(port);
    return at != s.standings.end() && at->second.by_path;
}

} // namespace

std::vector<PathView> paths_of(const Situation& s, const std::string& interface, Ifindex port) {
    std::vector<PathView> paths;
    const auto watched = s.paths.find(interface);
    if (watched == s.paths.end()) return paths;
    for (const MonitorState& state : watched->second) {
        const Finding* finding = state.of(port);
        if (!finding) continue;
        const MonitorConfig* config = s.config.monitor(state.monitor);
        const bool tells = !config || config->action == MonitorAction::tell;
        const bool doubted = finding->doubted && !tells && is_doubted(s, port);
        const bool held = !doubted && finding->state != PathState::good && !state.judgement.held.empty();
        paths.push_back({state.monitor, finding->state, doubted, held ? state.judgement.held : finding->text,
                         finding->stray});
    }
    return paths;
}

std::string idle_of(const Situation& s, const Link& port, const Link& bond) {
    if (const std::string_view why = why_idle(port, bond); !why.empty()) return std::string(why);
    for (const PathView& path : paths_of(s, bond.name, port.index))
        if (path.doubted) return fmt::format("would not serve: {}: {}", path.monitor, path.text);
    return "";
}

} // namespace had::core
