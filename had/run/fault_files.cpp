#include "had/run/fault_files.hpp"

#include "had/core/config/shared_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace had {

using namespace core;

namespace {

constexpr Duration retry_after = std::chrono::seconds(10);

} // namespace

void FaultFiles::write(const std::string& file, Word& word) {
    word.said = word.failed || is_kept(word);
    const std::string before = std::exchange(word.trouble, run_.around.write_fault(file, word.said));
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
        for (const std::string& name : one.watched.monitors)
            if (const MonitorConfig* monitor = config.monitor(name))
                file.ways = file.ways || monitor->action == MonitorAction::fault;
    };
    for_each_interface(config, take);
    for (const RoleConfig& role : config.configs) take(role);
    for (const FailoverConfig& group : config.failovers)
        if (!group.fault_file.empty()) files[group.fault_file].ways = true;
    for (const PeerConfig& peer : config.peers)
        for (const IpPrefix& address : peer.shared)
            if (const auto place = shared_place(config, address); place && !place->fault_file.empty())
                files[place->fault_file].shared.insert(address.address);
    return files;
}

bool FaultFiles::is_kept(const Word& word) const {
    return std::any_of(word.shared.begin(), word.shared.end(), [&](const IpAddress& address) {
        const auto known = kept_.find(address);
        return known == kept_.end() ? word.left : known->second;
    });
}

void FaultFiles::review() {
    const std::map<std::string, Word> before = std::exchange(words_, {});
    const std::map<std::string, Named> files = named();
    for (const auto& [file, reasons] : files) {
        const std::optional<bool> says = prober_.says_failed(file);
        const auto at = before.find(file);
        const bool left = says.value_or(false) || run_.model.owned.fault_files.contains(file);
        Word& word = words_[file];
        word = at != before.end() ? at->second : Word{.failed = left, .left = left};
        word.failed = word.failed && reasons.ways;
        word.shared = reasons.shared;
        word.named = true;
        word.said = says.value_or(false);
        if (says) settle(file, word);
        else write(file, word);
    }
    for (const auto& [file, word] : before) {
        if (words_.contains(file) || (!word.said && word.trouble.empty())) continue;
        Word& left = words_[file] = {.trouble = word.trouble, .named = false};
        write(file, left);
    }
    std::erase_if(kept_, [&](const auto& entry) {
        return std::none_of(files.begin(), files.end(),
                            [&](const auto& file) { return file.second.shared.contains(entry.first); });
    });
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

void FaultFiles::settle(const std::string& file, Word& word) {
    if (word.said != (word.failed || is_kept(word))) write(file, word);
}

void FaultFiles::say(const std::string& file, bool failed) {
    Word& word = words_[file];
    word.failed = failed;
    settle(file, word);
}

void FaultFiles::keep(const IpAddress& address, bool kept) {
    kept_[address] = kept;
    for (auto& [file, word] : words_) {
        if (!word.shared.contains(address)) continue;
        const auto is_known = [&](const IpAddress& one) { return kept_.contains(one); };
        word.left = word.left && !std::all_of(word.shared.begin(), word.shared.end(), is_known);
        settle(file, word);
    }
}

bool FaultFiles::keeps_from(const IpAddress& address) const {
    return std::any_of(words_.begin(), words_.end(), [&](const auto& entry) {
        return entry.second.shared.contains(address) && is_kept(entry.second);
    });
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
        if (word.said && word.named) failed.insert(file);
    const bool news = run_.model.owned.fault_files != failed;
    run_.model.owned.fault_files = std::move(failed);
    run_.save_if(news);
    for (const auto& [file, word] : words_)
        if (word.said) run_.around.write_fault(file, false);
}

} // namespace had
