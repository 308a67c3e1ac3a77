// The answers that are no view, as JSON text, and back; as view_json.cpp does it.
#include "had/control/json.hpp"
#include "had/control/json_text.hpp"
#include "had/control/view_json.hpp"

namespace had::control {

namespace {

using namespace core;

JsonText write_diagnostic(const Diagnostic& diagnostic) {
    std::vector<JsonMember> members{{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
                                    {"line", diagnostic.line},
                                    {"object", diagnostic.object},
                                    {"text", diagnostic.text}};
    if (!diagnostic.file.empty()) members.push_back({"file", diagnostic.file});
    return members;
}

Diagnostic read_diagnostic(const Json& json) {
    Diagnostic diagnostic;
    std::string severity;
    take(json, "severity", severity);
    if (severity == "warning") diagnostic.severity = Severity::warning;
    take(json, "line", diagnostic.line);
    take(json, "object", diagnostic.object);
    take(json, "text", diagnostic.text);
    take(json, "file", diagnostic.file);
    return diagnostic;
}

ExplainStep read_step(const Json& json) {
    ExplainStep step;
    take(json, "what", step.what);
    take(json, "why", step.why);
    return step;
}

PlanStep read_plan_step(const Json& json) {
    PlanStep step;
    take(json, "object", step.object);
    take(json, "do", step.text);
    take(json, "reason", step.reason);
    return step;
}

} // namespace

Plan plan_of(const PlanAnswer& answer) {
    Plan plan{{}, answer.waiting, answer.diagnostics};
    for (const Action& action : answer.actions)
        plan.steps.push_back({to_string(action.object), to_string(action.operation), action.reason});
    return plan;
}

std::string to_json(const std::vector<ExplainStep>& steps) {
    return JsonText{{"steps", texts(steps, [](const ExplainStep& step) {
                         return JsonText{{"what", step.what}, {"why", step.why}};
                     })}}
        .text();
}

std::string to_json(const Plan& plan) {
    return JsonText{{"actions", texts(plan.steps,
                                      [](const PlanStep& step) {
                                          return JsonText{
                                              {"object", step.object}, {"do", step.text}, {"reason", step.reason}};
                                      })},
                    {"waiting", plan.waiting},
                    {"diagnostics", texts(plan.diagnostics, write_diagnostic)}}
        .text();
}

std::string to_json(const ReloadAnswer& answer) {
    return JsonText{{"taken", answer.taken},
                    {"file", answer.file},
                    {"diagnostics", texts(answer.diagnostics, write_diagnostic)},
                    {"waiting", answer.waiting}}
        .text();
}

std::string to_json(std::string_view file, const Diagnostics& diagnostics) {
    return JsonText{{"file", file}, {"diagnostics", texts(diagnostics, write_diagnostic)}}.text();
}

std::optional<std::vector<ExplainStep>> explain_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        std::vector<ExplainStep> steps;
        take_list(json, "steps", steps, read_step);
        return steps;
    });
}

std::optional<Plan> plan_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        Plan plan;
        take_list(json, "actions", plan.steps, read_plan_step);
        take_list(json, "waiting", plan.waiting, text_from);
        take_list(json, "diagnostics", plan.diagnostics, read_diagnostic);
        return plan;
    });
}

std::optional<ReloadAnswer> reload_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        ReloadAnswer answer;
        take(json, "taken", answer.taken);
        take(json, "file", answer.file);
        take_list(json, "diagnostics", answer.diagnostics, read_diagnostic);
        take_list(json, "waiting", answer.waiting, text_from);
        return answer;
    });
}

} // namespace had::control
