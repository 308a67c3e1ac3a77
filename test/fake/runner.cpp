#include "test/fake/runner.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::test {

using namespace core;

namespace {

constexpr std::string_view helper_words[] = {"probe", "undo", "rebind"};

} // namespace

void FakeRunner::tell(ServiceEvent event) {
    loop_.post([this, event = std::move(event)] {
        if (heard) heard(event);
    });
}

std::optional<int> FakeRunner::start(const Launch& launch, std::string& trouble) {
    const Program& program = programs_[launch.key.service];
    const std::string what = fmt::format("start   {}: {}", to_string(launch.key), fmt::join(launch.words, " "));
    if (!program.missing.empty()) {
        trouble = program.missing;
        told(fmt::format("{}, refused: {}", what, trouble));
        return std::nullopt;
    }
    const int pid = ++last_pid_;
    records_[launch.key] = {.key = launch.key,
                            .pid = pid,
                            .device = launch.device,
                            .command = launch.command,
                            .failures = records_[launch.key].failures};
    processes_[launch.key] = pid;
    told(what);
    if (program.dies) end(launch.key, *program.dies);
    return pid;
}

void FakeRunner::end(const ServiceKey& key, int code) {
    if (processes_.erase(key) != 0) tell(ServiceEnded{key, {.code = code}});
}

void FakeRunner::say_ready(const ServiceKey& key) { tell(ServiceReady{key}); }

void FakeRunner::stop(const ServiceKey& key, bool kill) {
    told(fmt::format("{}    {}", kill ? "kill" : "stop", to_string(key)));
    const Program& program = programs_[key.service];
    if (!processes_.contains(key)) return tell(ServiceEnded{key, {.known = false}});
    if (program.immortal || (program.deaf && !kill)) return;
    end(key, kill ? 137 : 143);
}

void FakeRunner::note_ready(const ServiceKey& key) { records_.at(key).ready = true; }

void FakeRunner::note_done(const ServiceKey& key, std::uint64_t device) {
    records_[key] = {.key = key, .fate = Fate::done, .device = device, .command = records_[key].command};
}

void FakeRunner::note_bare(const ServiceKey& key) {
    records_[key] = {.key = key, .fate = Fate::bare, .failures = records_[key].failures};
}

void FakeRunner::note_failed(const ServiceKey& key, std::uint64_t device, const Failures& failures,
                             bool ended) {
    const auto at = records_.find(key);
    if (!ended && at != records_.end() && at->second.fate == Fate::runs && at->second.pid != 0) return;
    records_[key] = {.key = key, .fate = Fate::failed, .device = device, .failures = failures};
}

void FakeRunner::forget(const ServiceKey& key, bool ended) {
    const auto at = records_.find(key);
    if (at != records_.end() && (ended || at->second.fate != Fate::runs)) records_.erase(at);
}

std::vector<Adopted> FakeRunner::adopt() {
    std::vector<Adopted> all;
    for (auto& [key, record] : records_) {
        if (record.pid != 0 && !processes_.contains(key)) record.fate = Fate::ended;
        all.push_back(record);
    }
    return all;
}

std::string FakeRunner::run(const Helper& helper, const std::vector<std::string>& words, Duration) {
    const auto at = answers_.find({helper.key.service, helper.kind});
    const int code = at == answers_.end() ? 0 : at->second;
    told(fmt::format("{:7} {}: {}{}", helper_words[static_cast<std::size_t>(helper.kind)], to_string(helper.key),
                     fmt::join(words, " "), code == 0 ? "" : fmt::format(", which ends with {}", code)));
    running_.insert(helper);
    loop_.post([this, helper, code] {
        if (running_.erase(helper) != 0 && heard) heard(HelperEnded{helper, {.code = code}});
    });
    return {};
}

void FakeRunner::end(const Helper& helper) {
    if (running_.erase(helper) != 0) tell(HelperEnded{helper, {.code = 137}});
}

void FakeRunner::set_file(const std::string& path, bool there) {
    if (there) files_.insert(path);
    else files_.erase(path);
}

void FakeRunner::plug(const std::string& match, const std::string& name, std::uint64_t id) {
    auto& there = devices_[match];
    there.push_back({name, "/dev/" + name, "/sys/devices/" + name, id});
    std::sort(there.begin(), there.end());
    tell(DevicesChanged{});
}

void FakeRunner::unplug(const std::string& match, const std::string& name) {
    std::erase_if(devices_[match], [&](const Device& one) { return one.name == name; });
    tell(DevicesChanged{});
}

bool FakeRunner::runs(const std::string& service) const {
    return std::any_of(processes_.begin(), processes_.end(),
                       [&](const auto& entry) { return entry.first.service == service; });
}

} // namespace had::test
