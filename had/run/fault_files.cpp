#include "had/run/fault_files.hpp"

#include "had/core/config/shared_place.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

namespace had {

using namespace core;

namespace {

constexpr Duration retry_after = std::chrono::seconds(10);

} // namespace

void FaultFiles::write(const std::string& file, Word& word) {
    const std::string before = std::exchange(word.trouble, run_.around.write_fault(file, word.value()));
    if (!word.trouble.empty()) due_ = run_.now() + retry_after;
    else run_.save_if(run_.model.owned.fault_files.erase(file) > 0);
    if (word.trouble == before) return;       // told once
    if (word.trouble.empty()) run_.log(NoticeLevel::notice, fmt::format("{} is written again", file));
    else run_.log(NoticeLevel::error,
                  fmt::format("keepalived is not told: {}; tried again every {} s", word.trouble,
                              retry_after / std::chrono::seconds(1)));
}

std::map<std::string, FaultFiles::Named> FaultFiles::named() const {
    const Config& config = run_.model.config;
    std::map<std::string, Named> files;
    const auto take = [&](const auto& one) {
        if (one.watched.fault_file.empty()) return;
        Named& file = files[one.watched.fault_file];
        file.shared = file.shared || is_shared_on(config, one.name);
        for (const std::string& name : one.watched.monitors)
            if (const MonitorConfig* monitor = config.monitor(name))
                file.ways = file.ways || monitor->action == MonitorAction::fault;
    };
    for_each_interface(config, take);
    for (const RoleConfig& role : config.configs) take(role);
    for (const FailoverConfig& group : config.failovers)
        if (!group.fault_file.empty()) files[group.fault_file].ways = true;
    return files;
}

void FaultFiles::review() {
    const std::map<std::string, Word> before = std::exchange(words_, {});
    for (const auto& [file, reasons] : named()) {
        const std::optional<bool> says = prober_.says_failed(file);
        const auto at = before.find(file);
        const bool left = says.value_or(false) || run_.model.owned.fault_files.contains(file);
        Word& word = words_[file];
        word = at != before.end() ? at->second : Word{.failed = left, .kept = left};
        word.failed = word.failed && reasons.ways;
        word.kept = word.kept && reasons.shared;
        word.named = true;
        if (says != word.value()) write(file, word);
    }
    for (const auto& [file, word] : before) {
        if (words_.contains(file) || (!word.value() && word.trouble.empty())) continue;
        Word& left = words_[file] = {.trouble = word.trouble, .named = false};
        write(file, left);
    }
    forget_written();
    drop_kept();
}

void FaultFiles::drop_kept() {
    const auto is_said = [&](const std::string& file) {
        const auto at = words_.find(file);
        return at == words_.end() || !at->second.named || at->second.trouble.empty();
    };
    run_.save_if(std::erase_if(run_.model.owned.fault_files, is_said) > 0);
}

void FaultFiles::forget_written() {
    std::erase_if(words_, [](const auto& entry) { return !entry.second.named && entry.second.trouble.empty(); });
}

void FaultFiles::say(const std::string& file, bool failed) {
    Word& word = words_[file];
    const bool before = word.value();
    word.failed = failed;
    if (word.value() != before) write(file, word);
}

void FaultFiles::keep(const std::string& file, bool kept) {
    const auto at = words_.find(file);
    if (at == words_.end()) return;           // a file that is not named yet: by the next turn
    const bool before = at->second.value();
    at->second.kept = kept;
    if (at->second.value() != before) write(file, at->second);
}

void FaultFiles::retry() {
    if (!due_ || run_.now() < *due_) return;
    due_.reset();
    for (auto& [file, word] : words_)
        if (!word.trouble.empty()) write(file, word);
    forget_written();
}

// Written down first: one that is killed in between has left its word in the file.
void FaultFiles::end() {
    std::set<std::string> failed;
    for (const auto& [file, word] : words_)
        if (word.value() && word.named) failed.insert(file);
    const bool news = run_.model.owned.fault_files != failed;
    run_.model.owned.fault_files = std::move(failed);
    run_.save_if(news);
    for (const auto& [file, word] : words_)
        if (word.value()) run_.around.write_fault(file, false);
}

} // namespace had
