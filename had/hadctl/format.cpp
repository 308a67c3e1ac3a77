#include "had/hadctl/format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::hadctl {

namespace {

std::string all_waiting(const std::vector<std::string>& waiting) {
    std::string text;
    for (const std::string& what : waiting)
        text += "waiting: " + what + '\n';
    return text;
}

} // namespace

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
    std::string result;
    while (text.size() > width) {
        auto at = text.rfind(' ', width);
        if (at == std::string_view::npos || at == 0) at = text.find(' ', width);
        if (at == std::string_view::npos) break;
        result += text.substr(0, at);
        result += '\n' + std::string(indent, ' ');
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ', at)));
    }
    return result += text;
}

std::string format(const std::vector<core::ExplainStep>& steps, std::size_t width) {
    std::string text;
    for (const core::ExplainStep& step : steps) {
        text += wrap(step.what, width, 4) + '\n';
        if (!step.why.empty()) text += "    " + wrap(step.why, width - 4, 4) + '\n';
    }
    return text;
}

std::string format(const control::Plan& plan, std::string_view file) {
    std::string text = format(plan.diagnostics, file);
    for (const control::PlanStep& step : plan.steps)
        text += fmt::format("{}\n    because {}\n", step.text, step.reason);
    if (plan.steps.empty() && plan.waiting.empty()) text += "nothing to do\n";
    return text + all_waiting(plan.waiting);
}

std::string format(const control::ReloadAnswer& answer) {
    return format(answer.diagnostics, answer.file) +
           fmt::format("{} is {}taken\n", answer.file, answer.taken ? "" : "not ") +
           all_waiting(answer.waiting);
}

std::string format(const control::Event& event) {
    if (event.event == "lost") {
        const std::string which = event.to
                                      ? fmt::format("{} to {}", event.from.value_or(0), *event.to)
                                      : fmt::format("{} and later", event.from.value_or(0));
        return fmt::format("lost: events {} of instance {} are no longer known\n", which,
                           event.instance);
    }
    return fmt::format("{} {:<7} {}\n", event.time, event.level,
                       event.text.empty() ? event.event : event.text);
}

std::string format_alarms(const std::vector<core::Alarm>& alarms, std::size_t width) {
    if (alarms.empty()) return "nothing is to be repaired\n";
    std::string out;
    const auto line = [&](std::string_view name, const std::string& text) {
        if (!text.empty()) out += fmt::format("    {:<8}{}\n", name, wrap(text, width - 12, 12));
    };
    for (const core::Alarm& alarm : alarms) {
        out += fmt::format("{}  {}, since {}{}\n", alarm.id, to_string(alarm.severity), alarm.raised,
                           alarm.count > 1 ? fmt::format(", for the {}. time", alarm.count) : "");
        line("what", alarm.text);
        line("repair", alarm.repair);
        line("where", alarm.locate.empty() ? "" : "slot " + alarm.locate);
        line("noted", alarm.acked.empty() ? "" : fmt::format("by {} at {}", alarm.acked_by, alarm.acked));
    }
    return out;
}

std::string format(const core::Diagnostics& diagnostics, std::string_view file) {
    std::string text;
    for (const core::Diagnostic& diagnostic : diagnostics)
        text += core::to_string(diagnostic, file) + '\n';
    return text;
}

} // namespace had::hadctl
