#include "had/sys/service_units.hpp"

#include "had/core/base/types.hpp"
#include "had/sys/program_check.hpp"
#include "had/sys/service_child.hpp"

#include <array>
#include <csignal>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace had::sys {

using namespace core;

namespace {

// systemd forgets a transient unit as soon as it has ended.  Somebody may hold it; then it counts as ended as well.
constexpr Duration is_forgotten = std::chrono::seconds(1);
constexpr Duration told_again = std::chrono::milliseconds(50);
constexpr Duration looked_again = std::chrono::seconds(1);    // after an answer that is lost

// systemd.unit(5): these stand for themselves, others as \xNN.
std::string escaped(const std::string& text) {
    std::string all;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
                           c == '-' || c == '_' || c == '.';
        all += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return all;
}

std::string words_of(const ServiceKey& key) {
    return key.device.empty() ? escaped(key.service) : escaped(key.service) + '@' + escaped(key.device);
}

void merge(UnitState& into, const UnitState& changed) {
    const auto take = [](auto& old, const auto& now) {
        if (now) old = now;
    };
    take(into.load, changed.load);
    take(into.active, changed.active);
    take(into.sub, changed.sub);
    take(into.pid, changed.pid);
    take(into.code, changed.code);
    take(into.status, changed.status);
    take(into.transient, changed.transient);
}

std::vector<std::string> with_path(std::vector<std::string> words) {
    auto path = path_of_program(words.front());
    if (!path) throw std::runtime_error("No such file or directory");
    words.front() = *std::move(path);
    return words;
}

} // namespace

std::string unit_name(const ServiceKey& key) { return fmt::format("had-{}.service", words_of(key)); }

std::string unit_name(const Helper& helper) {
    constexpr std::array<std::string_view, 3> kinds{"probe", "stop", "rebind"};
    return fmt::format("had.{}-{}.service", kinds[static_cast<std::size_t>(helper.kind)], words_of(helper.key));
}

ServiceUnits::ServiceUnits(Loop& loop, std::unique_ptr<UnitManager> manager, Heard heard, Log log)
    : loop_(loop), manager_(std::move(manager)), heard_(std::move(heard)), log_(std::move(log)) {
    manager_->listen({.changed = [this](const std::string& name, const UnitState& state) { changed(name, state); },
                      // A reload of systemd's files removes all units, and has them again: so it is looked at.
                      .removed = [this](const std::string& name) {
                          const auto at = units_.find(name);
                          if (at != units_.end() && !at->second.asked) look(name, at->second.life);
                      },
                      .job_over = [this](const std::string& job, const std::string& result) { job_over(job, result); },
                      .down = [this](const std::string& why) {
                          for (auto& [name, unit] : units_) {
                              unit.asked = false;
                              unit.job.clear();
                              unit.wish = std::max(unit.wish, std::exchange(unit.sent, Wish::none));
                          }
                          log_(fmt::format("systemd is not heard any more: {}; the services go on, and are looked at "
                                           "when it answers again", why));
                      },
                      .up = [this] {
                          log_("systemd answers again");
                          for (const auto& [name, unit] : units_) look(name, unit.life);
                      }});
}

ServiceUnits::Unit& ServiceUnits::add(const std::string& name, Unit unit) {
    if (units_.contains(name)) throw std::runtime_error(fmt::format("{} is there already", name));
    if (!manager_->is_up()) throw std::runtime_error("systemd does not answer");
    if (const auto* key = std::get_if<ServiceKey>(&unit.owner)) names_[*key] = name;
    unit.life = ++lives_;
    return units_[name] = std::move(unit);
}

void ServiceUnits::drop(Units::iterator at) {
    if (const auto* key = std::get_if<ServiceKey>(&at->second.owner)) names_.erase(*key);
    units_.erase(at);
}

ServiceUnits::Unit* ServiceUnits::find(const std::string& name, std::uint64_t life) {
    const auto at = units_.find(name);
    return at == units_.end() || at->second.life != life ? nullptr : &at->second;
}

Adoption ServiceUnits::adopt(const ServiceKey& key, const ServiceRecord& record) {
    const std::string& name = record.unit;
    if (units_.contains(name)) throw std::runtime_error(fmt::format("{} is the unit of two services", name));
    names_[key] = name;
    Unit& unit = units_[name] =
        Unit{.owner = key, .transient = name == unit_name(key), .life = ++lives_, .seen = false};
    if (manager_->is_up()) look(name, unit.life);
    return Adoption::asked;
}

int ServiceUnits::start(const Launch& launch, const Keep& keep) {
    const std::string name = launch.unit.empty() ? unit_name(launch.key) : launch.unit;
    TransientUnit transient{.name = name,
                            .description = "service " + to_string(launch.key) + " of had.conf",
                            .type = launch.oneshot ? "oneshot" : launch.notifies ? "notify" : "exec",
                            .environment = service_environment({"HAD_SERVICE=" + to_string(launch.key)}),
                            .stop_timeout = launch.stop_timeout};
    if (launch.unit.empty()) transient.words = with_path(launch.words);
    Unit& unit = add(name, {.owner = launch.key, .transient = launch.unit.empty(), .oneshot = launch.oneshot,
                            .asked = true});
    try {
        keep({.device = launch.device, .command = launch.command, .unit = name});
        const auto answer = [this, name, life = unit.life](const UnitAnswer& a) { answered(name, life, a); };
        if (unit.transient) manager_->start(transient, answer);
        else manager_->start(name, answer);
    } catch (...) {
        drop(units_.find(name));
        throw;
    }
    return 0;
}

void ServiceUnits::run(const Helper& helper, const std::vector<std::string>& words, Duration limit) {
    const std::string name = unit_name(helper);
    TransientUnit transient{.name = name,
                            .description = "for service " + to_string(helper.key) + " of had.conf",
                            .type = "exec",
                            .words = with_path(words),
                            .environment = service_environment({"HAD_SERVICE=" + to_string(helper.key)}),
                            .stop_timeout = std::chrono::seconds(1),
                            .limit = limit,
                            .quiet = helper.kind == HelperKind::probe};
    Unit& unit = add(name, {.owner = helper, .asked = true});
    try {
        manager_->start(transient, [this, name, life = unit.life](const UnitAnswer& a) { answered(name, life, a); });
    } catch (...) {
        drop(units_.find(name));
        throw;
    }
}

void ServiceUnits::answered(const std::string& name, std::uint64_t life, const UnitAnswer& answer) {
    Unit* unit = find(name, life);
    if (!unit) return;
    unit->asked = false;
    if (answer.lost) return look(name, life);         // systemd answers in turn: it has heard of the start by then
    unit->job = answer.job;
    if (answer.error.empty()) return act(name, *unit);
    if (answer.exists && unit->transient) end_unknown(name);
    unit->job_result = answer.error;
    over(name);
}

// The daemon knows of no such run: its record is lost, or somebody else has started it.  It ends, and the next try
// finds the name free.  What has a file is another's program: it goes on.
void ServiceUnits::end_unknown(const std::string& name) {
    manager_->look(name, [this, name](const UnitState& state) {
        if (state.transient.value_or(false) && !units_.contains(name)) manager_->stop(name, [](const UnitAnswer&) {});
    });
}

// An answer may be lost, as while systemd is busy: nothing else would ever tell of a unit that does not change.
void ServiceUnits::look(const std::string& name, std::uint64_t life) {
    if (Unit* unit = find(name, life))
        unit->look_again = loop_.after(manager_->answers_within() + looked_again, [this, name, life] {
            if (manager_->is_up()) look(name, life);
        });
    manager_->look(name, [this, name, life](const UnitState& state) { looked(name, life, state); });
}

void ServiceUnits::looked(const std::string& name, std::uint64_t life, const UnitState& state) {
    Unit* unit = find(name, life);
    if (!unit) return;
    unit->look_again = Timer();
    if (unit->asked) return;
    // A unit runs on although its file is gone or broken since: `bad-setting` is said of the file.
    const bool runs = state.active && *state.active != "inactive" && *state.active != "failed";
    if (state.load && *state.load != "loaded" && !runs) {
        if (unit->transient) return over(name);       // how it ended has been told before, if by anybody
        unit->job_result = fmt::format("the unit is {}", *state.load);
    }
    unit->state = state;
    see(*unit);
    act(name, *unit);
    move_on(name);
}

// That it ends, or has ended, is told instead.
void ServiceUnits::see(Unit& unit) {
    const std::string active = unit.state.active.value_or("");
    const auto* key = std::get_if<ServiceKey>(&unit.owner);
    if (unit.seen || !key || active.empty() || active == "inactive" || active == "failed") return;
    heard_(ServiceSeen{*key});
    unit.seen = true;
}

void ServiceUnits::changed(const std::string& name, const UnitState& changed) {
    const auto at = units_.find(name);
    if (at == units_.end() || at->second.asked) return;       // it is about the run before
    merge(at->second.state, changed);
    move_on(name);
}

// A unit whose condition does not hold, or whose need has failed, changes no state.
void ServiceUnits::job_over(const std::string& job, const std::string& result) {
    for (auto& [name, unit] : units_) {
        if (unit.job != job) continue;
        unit.job.clear();
        if (result != "done") unit.job_result = fmt::format("its job ended with '{}'", result);
        return look(name, unit.life);
    }
}

void ServiceUnits::move_on(const std::string& name) {
    Unit& unit = units_.at(name);
    const std::string active = unit.state.active.value_or("");
    const bool is_active = active == "active" || active == "reloading" || active == "refreshing";
    const auto* key = std::get_if<ServiceKey>(&unit.owner);
    const int pid = unit.state.pid.value_or(0);
    if (key && !unit.started && (is_active || (unit.oneshot && pid != 0))) {
        heard_(ServiceStarted{*key, pid});
        unit.started = true;
    }
    if (key && !unit.ready && is_active) {
        heard_(ServiceReady{*key});
        unit.ready = true;
    }
    if (active == "activating" && unit.state.sub == "auto-restart" && !unit.restarts) {
        wish(name, Wish::stop);               // how often it is tried is the daemon's business
        unit.restarts = true;
    }
    if (is_active) unit.again = Timer();      // it was looked at before its job had begun
    if (active != "inactive" && active != "failed") return;
    if (!unit.job.empty()) return;
    if (!unit.transient) return over(name);
    if (unit.again.pending()) return;
    unit.again = loop_.after(is_forgotten, [this, name] { over(name); });
    look(name, unit.life);
}

// The timer is there first: should telling of it throw, it is told again.
void ServiceUnits::over(const std::string& name) {
    const std::string copy = name;            // it may be the unit's own
    const auto at = units_.find(copy);
    if (at == units_.end()) return;
    Unit& unit = at->second;
    unit.again = loop_.after(told_again, [this, copy] { over(copy); });
    const ProcessEnd end = end_of(copy, unit);
    std::visit(overloaded{[&](const ServiceKey& key) { heard_(ServiceEnded{key, end}); },
                          [&](const Helper& helper) { heard_(HelperEnded{helper, end}); }},
               unit.owner);
    drop(at);
}

ProcessEnd ServiceUnits::end_of(const std::string& name, const Unit& unit) {
    ProcessEnd end;
    const int status = unit.state.status.value_or(0);
    switch (unit.state.code.value_or(0)) {
    case CLD_EXITED: end.code = status; break;
    case CLD_KILLED:
    case CLD_DUMPED: end.code = 128 + status; break;
    default: end.known = false;
    }
    // systemd.exec(5), "Process exit codes": what failed before the program was executed has a number of its own.
    constexpr int first_of_systemd = 200, exec = 203;
    if (!end.known && !unit.job_result.empty()) end.trouble = "systemd does not start it: " + unit.job_result;
    else if ((!unit.started || unit.oneshot) && unit.transient && end.known && end.code >= first_of_systemd)
        end.trouble = fmt::format("it cannot be executed{}: `journalctl -u {}` says why",
                                  end.code == exec ? "" : fmt::format(" (status {})", end.code), name);
    return end;
}

void ServiceUnits::wish(const std::string& name, Wish what) {
    Unit& unit = units_.at(name);
    unit.wish = std::max(unit.wish, what);
    if (!unit.asked) act(name, unit);
}

void ServiceUnits::act(const std::string& name, Unit& unit) {
    if (unit.wish == Wish::none || !manager_->is_up()) return;
    unit.sent = std::max(unit.sent, unit.wish);
    const auto seen = [this, name, what = unit.wish, life = unit.life](const UnitAnswer& answer) {
        if (Unit* its = find(name, life)) {
            if (its->sent == what) its->sent = Wish::none;
            if (answer.lost) its->wish = std::max(its->wish, what);
            look(name, life);                 // one that had ended already tells of no change
        }
        if (!answer.error.empty()) log_(fmt::format("{} cannot be stopped: {}", name, answer.error));
    };
    if (unit.wish == Wish::kill) manager_->kill(name, seen);
    else manager_->stop(name, seen);
    unit.wish = Wish::none;
}

void ServiceUnits::stop(const ServiceKey& key, bool kill) {
    const auto at = names_.find(key);
    if (at != names_.end()) wish(at->second, kill ? Wish::kill : Wish::stop);
}

void ServiceUnits::end(const Helper& helper) {
    const std::string name = unit_name(helper);
    if (units_.contains(name)) wish(name, Wish::kill);
}

} // namespace had::sys
