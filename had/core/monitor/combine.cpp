#include "had/core/monitor/combine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace had::core {
namespace {

bool finds_a_path(const Judgement& judgement) {
    return std::any_of(judgement.ports.begin(), judgement.ports.end(),
                       [](const Finding& finding) { return finding.state == PathState::good; });
}

// At least two: one that is left when the other is convicted hears nobody.
bool mates_are_fine(std::span<const Judged> judged) {
    return std::any_of(judged.begin(), judged.end(), [](const Judged& each) {
        const auto good = std::count_if(each.judgement.ports.begin(), each.judgement.ports.end(),
                                        [](const Finding& finding) { return finding.state == PathState::good; });
        return each.by->kind == MonitorKind::peer && good > 1;
    });
}

// What is judged by what comes from outside: that is silent too when only the far end is dead.
bool looks_beyond_the_switch(const MonitorConfig& monitor) {
    return rule_of(monitor.kind).has_targets || monitor.kind == MonitorKind::traffic;
}

void add_doubt(std::optional<PathDoubt>& doubt, const Judged& each, Ifindex port) {
    for (const Finding& finding : each.judgement.ports)
        if (finding.port == port && finding.doubted && (!doubt || (finding.believed && !doubt->believed)))
            doubt = PathDoubt{finding.believed, each.by->name, finding.text};
}

std::string contradiction_of(const std::vector<std::optional<PathDoubt>>& doubts) {
    std::vector<std::string> names;
    for (const auto& doubt : doubts)
        if (std::find(names.begin(), names.end(), doubt->monitor) == names.end()) names.push_back(doubt->monitor);
    return fmt::format("every port is doubted by {}: nothing is moved", fmt::join(names, " or "));
}

} // namespace

PathVerdict combine(std::span<const Ifindex> ports, std::span<const Judged> judged) {
    PathVerdict paths;
    for (const Ifindex port : ports) {
        std::optional<PathDoubt>& doubt = paths.doubts.emplace_back();
        for (const Judged& each : judged)
            if (each.by->action != MonitorAction::tell) add_doubt(doubt, each, port);
    }
    const bool all = std::all_of(paths.doubts.begin(), paths.doubts.end(), [](const auto& doubt) { return doubt; });
    if (ports.empty() || !all) return paths;
    paths.contradiction = contradiction_of(paths.doubts);
    paths.doubts.assign(ports.size(), std::nullopt);
    return paths;
}

std::optional<bool> fault(std::span<const Judged> judged) {
    const bool excused = mates_are_fine(judged);
    std::optional<bool> known;
    for (const Judged& each : judged) {
        if (each.by->action != MonitorAction::fault) continue;
        if (finds_a_path(each.judgement)) return false;
        if (each.judgement.silent && !(excused && looks_beyond_the_switch(*each.by))) known = true;
    }
    return known;
}

} // namespace had::core
