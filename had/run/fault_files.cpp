#include "had/run/fault_files.hpp"

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
    const std::string before = std::exchange(word.trouble, run_.around.write_fault(file, word.failed));
    if (!word.trouble.empty()) due_ = run_.now() + retry_after;
    else run_.save_if(run_.model.owned.fault_files.erase(file) > 0);
    if (word.trouble == before) return;       // told once
    if (word.trouble.empty()) run_.log(NoticeLevel::notice, fmt::format("{} is written again", file));
    else run_.log(NoticeLevel::error,
                  fmt::format("keepalived is not told: {}; tried again every {} s", word.trouble,
                              retry_after / std::chrono::seconds(1)));
}

void FaultFiles::review() {
    const std::map<std::string, Word> before = std::exchange(words_, {});
    const auto take_file = [&](const std::string& file) {
        if (file.empty()) return;
        const std::optional<bool> says = prober_.says_failed(file);
        const auto at = before.find(file);
        Word& word = words_[file];
        const bool kept = run_.model.owned.fault_files.contains(file);
        word = at != before.end() ? at->second : Word{says.value_or(false) || kept, "", true};
        word.named = true;
        if (says != word.failed) write(file, word);
    };
    const auto take = [&](const auto& one) { take_file(one.watched.fault_file); };
    for_each_interface(run_.model.config, take);
    for (const FailoverConfig& group : run_.model.config.failovers) take_file(group.fault_file);
    for (const RoleConfig& role : run_.model.config.configs) take(role);
    for (const auto& [file, word] : before) {
        if (words_.contains(file) || (!word.failed && word.trouble.empty())) continue;
        Word& left = words_[file] = {false, word.trouble, false};
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
    if (word.failed == failed) return;
    word.failed = failed;
    write(file, word);
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
        if (word.failed && word.named) failed.insert(file);
    const bool news = run_.model.owned.fault_files != failed;
    run_.model.owned.fault_files = std::move(failed);
    run_.save_if(news);
    for (const auto& [file, word] : words_)
        if (word.failed) run_.around.write_fault(file, false);
}

} // namespace had
