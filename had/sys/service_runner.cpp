#include "had/sys/service_runner.hpp"

#include "had/sys/file.hpp"

#include <fmt/format.h>

#include <ctime>
#include <unistd.h>
#include <utility>

namespace had::sys {

namespace fs = std::filesystem;
using namespace core;

ServiceRunner::ServiceRunner(Loop& loop, fs::path directory, Heard heard, Log log, Connect connect)
    : loop_(loop), directory_(std::move(directory)), heard_(std::move(heard)), log_(std::move(log)),
      finder_(loop, [this] { heard_(DevicesChanged{}); }), children_(loop, directory_, heard_, log_),
      connect_(std::move(connect)) {}

// What runs goes on.
ServiceRunner::~ServiceRunner() = default;

fs::path ServiceRunner::path_of(const ServiceKey& key) const { return directory_ / to_string(key); }

// Once: who runs the services does not change while the daemon runs.
ServiceUnits* ServiceRunner::units() {
    if (const Connect connect = std::exchange(connect_, nullptr))
        if (auto manager = connect()) units_ = std::make_unique<ServiceUnits>(loop_, std::move(manager), heard_, log_);
    return units_.get();
}

ServiceHost& ServiceRunner::host() {
    if (ServiceUnits* all = units()) return *all;
    return children_;
}

bool ServiceRunner::runs(const ServiceKey& key) const {
    return children_.has(key) || (units_ && units_->has(key));
}

std::vector<Adopted> ServiceRunner::adopt() {
    std::vector<Adopted> all;
    std::error_code error;
    unreadable_.clear();
    fs::directory_iterator at(directory_, error);
    if (error == std::errc::no_such_file_or_directory) return all;
    for (; !error && at != fs::directory_iterator(); at.increment(error))
        if (auto one = adopt(at->path())) all.push_back(*std::move(one));
    if (error) {
        unreadable_ = fmt::format("{}: {}; so nobody knows what runs already", directory_.native(), error.message());
        log_(unreadable_);
    }
    return all;
}

std::optional<Adopted> ServiceRunner::adopt(const fs::path& path) {
    const std::string name = path.filename();
    if (name.ends_with(".had-new") || name.ends_with(notify_suffix)) return std::nullopt;
    const auto key = service_key_from(name);
    const auto record = read_service_record(path);
    if (!key || !record) {
        log_(fmt::format("{} is no record of a service that can be read: it is not started until the file is removed",
                         path.native()));
        return std::nullopt;
    }
    if (runs(*key)) return std::nullopt;
    Adopted found = adopted_from(*key, *record);
    if (!record->runs()) return found;
    if (!record->unit.empty() && !units()) {
        log_(fmt::format("{} is a unit of systemd's, {}, and there is no systemd now: it is not started until {} is "
                         "removed", to_string(*key), record->unit, path.native()));
        return std::nullopt;
    }
    try {
        ServiceHost& its = record->unit.empty() ? static_cast<ServiceHost&>(children_) : *units_;
        // Of what is ending nothing serves; until it has gone no other is started, by this daemon or the next.
        const Adoption what = its.adopt(*key, *record);
        switch (what) {
        case Adoption::runs: found.fate = Fate::runs; break;
        case Adoption::asked:
        case Adoption::ending:
            found.fate = Fate::unseen;
            found.ready = found.ready && what != Adoption::ending;
            break;
        case Adoption::gone: found.fate = Fate::ended; break;
        }
        return found;
    } catch (const std::exception& e) {
        log_(fmt::format("{} runs and cannot be watched: {}; it is not started until {} is removed", to_string(*key),
                         e.what(), path.native()));
    }
    return std::nullopt;
}

void ServiceRunner::change(const ServiceKey& key, const Change& how) noexcept try {
    const auto text = read_file_if_there(path_of(key));
    const auto before = parse_service_record(text.value_or(""));
    if (text && !before) return;
    const auto after = how(before);
    if (!after || after == before) return;
    make_parent(path_of(key));
    write_file(path_of(key), print(*after));
} catch (const std::exception& e) {
    log_(e.what());
}

void ServiceRunner::note_ready(const ServiceKey& key) {
    change(key, [](std::optional<ServiceRecord> record) {
        if (record && record->runs()) record->word = RecordWord::ready;
        return record;
    });
}

// How often it has failed stays beside it until it is known to be well.
void ServiceRunner::note_bare(const ServiceKey& key) {
    change(key, [](const std::optional<ServiceRecord>& record) -> std::optional<ServiceRecord> {
        if (record && record->runs()) return std::nullopt;
        return ServiceRecord{.word = RecordWord::bare, .failures = record ? record->failures : Failures{}};
    });
}

void ServiceRunner::note_failed(const ServiceKey& key, std::uint64_t device, const Failures& failures, bool ended) {
    change(key, [&](const std::optional<ServiceRecord>& record) -> std::optional<ServiceRecord> {
        if (record && record->runs() && !ended) return std::nullopt;
        return ServiceRecord{.word = RecordWord::failed, .device = device, .failures = failures};
    });
}

void ServiceRunner::note_well(const ServiceKey& key) {
    change(key, [](std::optional<ServiceRecord> record) {
        if (record) record->failures = {};
        return record;
    });
}

void ServiceRunner::note_done(const ServiceKey& key, std::uint64_t device) {
    change(key, [&](const std::optional<ServiceRecord>& record) {
        return std::optional(ServiceRecord{.word = RecordWord::done,
                                           .device = device,
                                           .command = record ? record->command : "-"});
    });
}

// Only the next daemon can tell a process by it.
void ServiceRunner::forget(const ServiceKey& key, bool ended) try {
    const fs::path path = path_of(key);
    if (const auto text = read_file_if_there(path)) {
        const auto record = parse_service_record(*text);
        if (!record || (record->runs() && !ended))
            return log_(fmt::format("{} {}: it is left as it is", path.native(),
                                    record ? "says that it runs" : "cannot be read"));
        fs::remove(path);
    }
    fs::remove(path.native() + std::string(notify_suffix));
} catch (const std::exception& e) {
    log_(e.what());
}

std::optional<int> ServiceRunner::start(const Launch& launch, std::string& trouble) try {
    const fs::path path = path_of(launch.key);
    if (!unreadable_.empty())
        for (Adopted& one : adopt()) loop_.post([this, one = std::move(one)] { heard_(ServiceAdopted{one}); });
    if (!unreadable_.empty() || runs(launch.key)) {
        trouble = unreadable_.empty() ? "a process of it is still there" : unreadable_;
        return std::nullopt;
    }
    Failures failures;
    if (const auto before = read_file_if_there(path)) {
        const auto record = parse_service_record(*before);
        if (record) failures = record->failures;
        const bool is_unit = record && !record->unit.empty() && !units();
        const bool is_child = record && record->pid != 0 && (start_time_of(record->pid) == record->start_time ||
                                                             is_group_of(record->pid, to_string(launch.key)));
        if (!record || is_unit || is_child) {
            trouble = fmt::format("{} {}: see that nothing of it runs, and remove the file", path.native(),
                                  record ? "says that it runs" : "cannot be read");
            return std::nullopt;
        }
    }
    make_parent(path);
    return host().start(launch, [&](ServiceRecord record) {
        record.failures = failures;
        write_file(path, print(record));
    });
} catch (const std::exception& e) {
    const std::string& what = launch.unit.empty() ? launch.words.front() : launch.unit;
    trouble = fmt::format("{} cannot be started: {}", what, e.what());
    return std::nullopt;
}

// A child of a daemon that had no systemd stays one.  The end of what is not there is told as well.
void ServiceRunner::stop(const ServiceKey& key, bool kill) {
    if (children_.has(key)) return children_.stop(key, kill);
    if (units_ && units_->has(key)) return units_->stop(key, kill);
    loop_.post([this, key] { heard_(ServiceEnded{key, {.known = false}}); });
}

std::string ServiceRunner::run(const Helper& helper, const std::vector<std::string>& words, Duration limit) try {
    host().run(helper, words, limit);
    return {};
} catch (const std::exception& e) {
    return fmt::format("{} cannot be started: {}", words.front(), e.what());
}

void ServiceRunner::end(const Helper& helper) { host().end(helper); }

void ServiceRunner::watch(const std::vector<MatchConfig>& matches) try {
    finder_.watch(matches);
} catch (const std::exception& e) {
    log_(fmt::format("devices that come and go are not heard of: {}", e.what()));
}

std::vector<Device> ServiceRunner::devices(const MatchConfig& match) { return finder_.find(match); }

bool ServiceRunner::has_file(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

unsigned ServiceRunner::minute_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return static_cast<unsigned>(local.tm_hour * 60 + local.tm_min);
}

} // namespace had::sys
