#include "test/fuzz/surface.hpp"

#include "had/run/foresight.hpp"
#include "test/fuzz/target.hpp"

namespace had::test {

using namespace core;
namespace {

control::PlanAnswer answer_of(Plan plan, Diagnostics diagnostics) {
    std::vector<std::string> waiting = plan.waiting();
    return {std::move(plan.actions), std::move(waiting), std::move(diagnostics)};
}

} // namespace

control::PlanAnswer Surface::plan(const std::optional<ConfigTexts>& texts) const {
    const Model& model = rig_.had().model();
    if (!texts) return answer_of(model.plan_for(sample_configs()[file], sample_table(), rig_.kernel()), {});
    ParsedConfig parsed = parse_config(*texts);
    if (has_errors(parsed.diagnostics)) return {{}, {}, std::move(parsed.diagnostics)};
    return answer_of(model.plan_for(parsed.config, sample_table(), rig_.kernel()), std::move(parsed.diagnostics));
}

std::variant<core::Refusal, control::PlanAnswer> Surface::foresee(const core::Command& command) const {
    auto foreseen = had::foresee(rig_.had().model(), command);
    if (auto* refusal = std::get_if<core::Refusal>(&foreseen)) return std::move(*refusal);
    return answer_of(std::get<core::Plan>(std::move(foreseen)), {});
}

control::ReloadAnswer Surface::reload(bool force) {
    rig_.had().reload(sample_configs()[file], sample_table(), force);
    control::ReloadAnswer answer;
    answer.taken = true;
    answer.file = "had.conf";
    answer.waiting = answer_of(rig_.had().model().plan_now(), {}).waiting;
    return answer;
}

// What is over already needs a failure, or news from the kernel while it was carried out.
CommandAnswer Surface::carry_out(const Command& command, const std::string& user) {
    CommandAnswer answer = rig_.had().carry_out(command, user);
    if (const auto* order = std::get_if<OrderView>(&answer))
        must(!strict || order->text.find("over already") == std::string::npos,
             "an order that was taken is in the view");
    return answer;
}

} // namespace had::test
