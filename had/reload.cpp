#include "had/reload.hpp"

#include "had/sys/log.hpp"

#include <exception>
#include <fmt/format.h>
#include <utility>

namespace had {
namespace {

using core::NoticeLevel;
using core::Severity;

// A file that is emptied and then written looks like this for a moment.
bool says_nothing(const core::Config& config) {
    bool nothing = config.configs.empty() && config.devices.empty() && config.services.empty() && config.peers.empty();
    for_each_interface(config, [&](const auto&) { nothing = false; });
    return nothing;
}

core::Diagnostic error(std::string text) {
    return {Severity::error, 0, "", std::move(text)};
}

} // namespace

Files FilesInForce::read_anew(const ReloadedParts& parts, bool force) const {
    Files files;
    try {
        files = read_files(path_);
        if (!force && says_nothing(files.config) && !says_nothing(files_.config))
            files.diagnostics.push_back(error("nothing would serve any more; unless the file is just being "
                                              "written, `hadctl reload --force` takes it"));
        if (!force && files_.beside && !files.beside)
            files.diagnostics.push_back(error(fmt::format("{} has no more sections, and had some: unless it is just "
                                                          "being written, `hadctl reload --force` takes that",
                                                          sys::directory_beside(path_))));
        // Whatever may fail is done before anything of it is in force.
        if (files.usable()) parts.read_modes(files.config.sets_modes());
        if (files.usable()) parts.set_group(files.config.had.socket_group);
    } catch (const std::exception& e) {
        files.diagnostics.push_back(unreadable(e, path_));
    }
    return files;
}

control::ReloadAnswer FilesInForce::reload(const ReloadedParts& parts, bool force) {
    Files files = read_anew(parts, force);
    control::ReloadAnswer answer{
        .taken = files.usable(), .file = path_, .diagnostics = files.diagnostics, .waiting = {}};
    if (!answer.taken) return answer;
    files_ = std::move(files);
    answer.waiting = parts.take(files_, force);
    return answer;
}

control::PlanAnswer FilesInForce::plan(const Model& model, const core::Kernel& kernel,
                                       const std::optional<ConfigTexts>& given) const {
    const Files other = given ? files_of(*given, files_) : files_;
    if (!other.usable()) return {{}, {}, other.diagnostics};
    // What is in force is the model's, however a reload went.
    core::Plan plan = given ? model.plan_for(other.config, other.table, kernel)
                            : model.plan_for(model.file, model.table, kernel);
    std::vector<std::string> waiting = plan.waiting();
    return {std::move(plan.actions), std::move(waiting), other.diagnostics};
}

std::variant<core::Refusal, control::PlanAnswer> answer_of(std::variant<core::Refusal, core::Plan> foreseen) {
    if (auto* refusal = std::get_if<core::Refusal>(&foreseen)) return std::move(*refusal);
    auto& plan = std::get<core::Plan>(foreseen);
    std::vector<std::string> waiting = plan.waiting();
    return control::PlanAnswer{std::move(plan.actions), std::move(waiting), {}};
}

void log_reload(const control::ReloadAnswer& answer) {
    for (const core::Diagnostic& d : answer.diagnostics)
        sys::log(d.severity == Severity::error ? NoticeLevel::error : NoticeLevel::warning,
                 core::to_string(d, answer.file));
    if (!answer.taken)
        sys::log(NoticeLevel::error, fmt::format("{} is not taken: nothing has changed", answer.file));
    for (const std::string& waiting : answer.waiting) sys::log(NoticeLevel::warning, waiting);
}

} // namespace had
