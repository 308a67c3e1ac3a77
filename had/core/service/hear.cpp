// What the processes of services tell, and what it makes of their states.
#include "had/core/service/transition.hpp"

#include "had/core/base/named.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace had::core {

namespace {

// Null: the file does not name it.
std::optional<ServiceConfig> config_named(const ServiceFacts& facts, const std::string& service) {
    const auto all = all_services(facts.config);
    const ServiceConfig* found = named(all, service);
    return found ? std::optional(*found) : std::nullopt;
}

void end(const ServiceFacts& facts, ServiceState& s, const ServiceConfig& service, const ProcessEnd& how,
         TimePoint now) {
    if (s.phase == Phase::stopping) {
        s.killed = s.stuck = false;
        if (s.then == Phase::failed) {
            if (!s.why.empty() && how.known) s.why += fmt::format(" ({})", to_string(how));
            s.hold = now + back_off(s, service);      // a long stop is no part of the wait
        }
        return move(s, s.then, facts, now);
    }
    if (s.phase != Phase::starting && s.phase != Phase::up) return;
    if (service.type == ServiceType::oneshot && how.well()) {
        s.failures = 0;
        s.hold.reset();
        return move(s, Phase::done, facts, now);
    }
    fail(s, service, to_string(how), now);
    move(s, Phase::failed, facts, now);
}

void end_helper(const ServiceFacts& facts, ServiceState& s, HelperKind kind, const ProcessEnd& how, TimePoint now) {
    if (kind == HelperKind::undo && s.undoing) {
        s.undoing = false;
        if (s.phase == Phase::stopping) move(s, s.then, facts, now);
    } else if (kind == HelperKind::probe && s.probing) {
        s.probing = false;
        if (!how.well()) {
            s.good_since.reset();
            s.good_date.clear();
        } else if (!s.good_since) {
            s.good_since = now;
            s.good_date = facts.date;
        }
    }
}

// From now on its time to become ready counts.
void see(ServiceState& s, TimePoint now) {
    if (std::exchange(s.unseen, false) && s.phase == Phase::starting) s.since = now;
    s.unheard = false;
}

} // namespace

void hear(const ServiceFacts& facts, ServiceStates& states, const ServiceEvent& event, TimePoint now) {
    // On a copy: when memory is short the state is as it was, and what was told can be told again.
    const auto change = [&](const ServiceKey& key, const auto& how) {
        const auto at = states.services.find(key);
        if (at == states.services.end()) return;
        ServiceState next = at->second;
        how(next);
        at->second = std::move(next);
    };
    std::visit(overloaded{[&](const ServiceStarted& e) {
                              change(e.key, [&](ServiceState& s) {
                                  see(s, now);
                                  s.started = true;
                                  s.pid = e.pid;
                              });
                          },
                          [&](const ServiceSeen& e) {
                              change(e.key, [&](ServiceState& s) { see(s, now); });
                          },
                          [&](const ServiceReady& e) {
                              change(e.key, [&](ServiceState& s) {
                                  see(s, now);
                                  s.told_ready = true;
                              });
                          },
                          [&](const ServiceEnded& e) {
                              const auto config = config_named(facts, e.key.service).value_or(unnamed_service);
                              change(e.key, [&](ServiceState& s) { end(facts, s, config, e.end, now); });
                          },
                          [&](const HelperEnded& e) {
                              change(e.helper.key, [&](ServiceState& s) {
                                  end_helper(facts, s, e.helper.kind, e.end, now);
                              });
                          },
                          [&](const ServiceAdopted& e) {
                              const auto at = states.services.find(e.found.key);
                              if (at == states.services.end() || !is_active(at->second.phase))
                                  take_over(facts, states, e.found, now);
                          },
                          [](const DevicesChanged&) {}},
               event);
}

void started(ServiceStates& states, const ServiceKey& key, int pid) {
    ServiceState& s = states.services.at(key);
    s.pid = pid;
    s.kept = Recorded::process;
    s.kept_failures = s.failures;
    s.started = pid != 0;
}

void take_over(const ServiceFacts& facts, ServiceStates& states, const Adopted& adopted, TimePoint now) {
    const ServiceConfig service = config_named(facts, adopted.key.service).value_or(unnamed_service);
    ServiceState s{.since_date = facts.date, .device = adopted.device};
    s.failures = s.kept_failures = adopted.failures.count;
    s.why = adopted.failures.why;
    // No wait is longer than the file allows, whatever the record says.
    if (s.failures > 0) s.hold = std::min(adopted.failures.until, now + service.retry_max);
    switch (adopted.fate) {
    case Fate::done:
        s.kept = Recorded::done;
        move(s, Phase::done, facts, now);
        break;
    case Fate::failed:
        s.kept = Recorded::failures;
        move(s, Phase::failed, facts, now);
        break;
    case Fate::runs:
    case Fate::bare:
    case Fate::unseen:
    case Fate::ended:
        s.kept = Recorded::process;
        s.pid = adopted.pid;
        s.started_as = adopted.command;
        s.adopted = true;
        s.bare = adopted.fate == Fate::bare;
        s.unseen = adopted.fate == Fate::unseen;
        s.started = s.bare || adopted.pid != 0;
        s.told_ready = s.bare || adopted.ready;
        move(s, Phase::starting, facts, now);
        if (adopted.fate == Fate::ended) end(facts, s, service, {.known = false}, now);
    }
    states.services[adopted.key] = std::move(s);
}

void vouch(ServiceStates& states, std::string_view service) {
    for (auto& [key, s] : states.services) {
        if (key.service != service) continue;
        s.failures = 0;
        s.hold.reset();
        if (s.phase == Phase::failed) s.phase = Phase::idle;
    }
}

} // namespace had::core
