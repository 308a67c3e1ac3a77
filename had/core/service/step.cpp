#include "had/core/service/step.hpp"

#include "had/core/service/derivation.hpp"
#include "had/core/service/transition.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/named.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace had::core {

namespace {

constexpr Duration kill_takes = std::chrono::seconds(5), file_is_looked_at = std::chrono::seconds(1);
constexpr Duration seen_within = std::chrono::seconds(30);        // systemd answers some 20 ms later

const ServiceConfig& config_of(const Instance& instance) {
    return instance.config ? *instance.config : unnamed_service;
}

class Stepper {
public:
    Stepper(const ServiceFacts& facts, ServiceStates& states, TimePoint now)
        : facts_(facts), states_(states), now_(now), services_(all_services(facts.config)),
          derived_(facts, services_, states, instances(), now) {}

    Step run() {
        for (const Instance& one : derived_.instances()) advance(one);
        for (const Instance& one : derived_.instances()) settle_down(one);
        // What has just become ready or has failed is known to what needs it.
        derived_.renew();
        for (const Instance& one : derived_.instances()) stop_unwanted(one);
        derived_.renew();
        for (const Instance& one : derived_.instances()) start_wanted(one);
        for (const Instance& one : derived_.instances()) ask(one);
        name_active_members(facts_, states_);
        forget_gone();
        if (const auto at = derived_.next()) earlier(step_.next, *at);
        return std::move(step_);
    }

private:
    std::vector<Instance> instances() {
        std::vector<Instance> all;
        std::set<ServiceKey> seen;
        for (const ServiceConfig& service : services_) {
            if (service.match.empty()) {
                all.push_back({{service.name, ""}, &service, 0, true});
                continue;
            }
            const auto at = facts_.devices.find(service.match);
            if (at == facts_.devices.end()) continue;
            for (const Device& device : at->second)
                if (all.size() < limits::services + limits::instances)
                    all.push_back({{service.name, device.name}, &service, device.id, true});
        }
        for (Instance& one : all) {
            seen.insert(one.key);
            ServiceState& state = states_.services[one.key];
            const bool other = state.device != one.device;
            // Another device under the same name: what runs for the one before ends first.
            if (other && (is_active(state.phase) || state.kept != Recorded::nothing)) one.there = false;
            else if (other) state = ServiceState{.since = now_, .since_date = facts_.date, .device = one.device};
            if (state.since_date.empty()) state.since_date = facts_.date;
        }
        for (const auto& [key, state] : states_.services)
            if (!seen.contains(key)) all.push_back({key, named(services_, key.service), 0, false});
        return all;
    }

    ServiceState& state(const Instance& one) { return states_.services.at(one.key); }
    void act(ServiceAct what) { step_.acts.push_back(std::move(what)); }

    // What the kernel and the clock say of one that runs.
    void advance(const Instance& one) {
        ServiceState& s = state(one);
        switch (s.phase) {
        case Phase::starting: return starting(one, s);
        case Phase::up: return up(one, s);
        case Phase::stopping: return stopping(one, s);
        case Phase::absent:
        case Phase::idle:
        case Phase::done:
        case Phase::failed:
        case Phase::held: return;
        }
    }

    [[nodiscard]] bool is_ready(const Instance& one, const ServiceState& s) const {
        const ServiceConfig& service = config_of(one);
        if (s.unseen || !lack_of_interface(facts_, service).empty()) return false;
        const bool lives = service.alive && holds(facts_, service, one.key.device, *service.alive);
        if (s.adopted && lives) return true;
        if (!lives && service.alive && service.alive->kind == SignKind::monitor) return false;
        switch (service.ready.kind) {
        case SignKind::started: return s.started;
        case SignKind::notify: return s.told_ready;
        case SignKind::exit: return false;
        case SignKind::address:
        case SignKind::carrier:
        case SignKind::file:
        case SignKind::monitor: return holds(facts_, service, one.key.device, service.ready);
        }
        return false;
    }
    [[nodiscard]] std::string lack_of_ready(const Instance& one, const ServiceState& s) const {
        const ServiceConfig& service = config_of(one);
        if (std::string lack = lack_of_interface(facts_, service); !lack.empty()) return lack;
        const bool way = service.alive && service.alive->kind == SignKind::monitor &&
                         (s.told_ready || s.started) && !holds(facts_, service, one.key.device, *service.alive);
        return lack_of(facts_, service, one.key.device, way ? *service.alive : service.ready);
    }

    // What keeps it alive is lost, and there is nothing to wait for.
    [[nodiscard]] bool is_dead(const Instance& one) {
        const ServiceConfig& service = config_of(one);
        if (!service.alive || holds(facts_, service, one.key.device, *service.alive)) return false;
        const auto until = patience(facts_, service, one.key.device, *service.alive, now_);
        if (!until || now_ >= *until) return true;
        earlier(step_.next, *until);
        return false;
    }
    void die(const Instance& one, ServiceState& s, std::string why) {
        fail(s, config_of(one), std::move(why), now_);
        stop(one, s, Phase::failed);
    }

    void starting(const Instance& one, ServiceState& s) {
        const ServiceConfig& service = config_of(one);
        if (is_ready(one, s)) {
            move(s, Phase::up, facts_, now_);
            note_up(one, s);
            return up(one, s);
        }
        if (s.unseen) return unseen(s);
        // What has been up leads meanwhile: it is judged as one that is.
        const bool asks = service.alive && service.alive->kind == SignKind::monitor;
        if (asks && s.adopted && s.told_ready && is_dead(one))
            return die(one, s, lack_of(facts_, service, one.key.device, *service.alive));
        look_at_file(service.ready);
        const TimePoint end = s.since + service.start_timeout;
        if (now_ < end) return earlier(step_.next, end);
        die(one, s, fmt::format("it was not ready in time: {}", lack_of_ready(one, s)));
    }

    // Whoever runs it tells of it.
    void unseen(ServiceState& s) {
        if (s.unheard) return;
        if (now_ < s.since + seen_within) return earlier(step_.next, s.since + seen_within);
        s.unheard = true;
    }

    // Its interface may be renamed, or its address tried anew: it has as long for that as for a start.
    [[nodiscard]] bool has_lost_interface(const Instance& one, ServiceState& s) {
        const ServiceConfig& service = config_of(one);
        if (!one.config || lack_of_interface(facts_, service).empty()) {
            s.lacks_since.reset();
            return false;
        }
        if (!s.lacks_since) s.lacks_since = now_;
        const TimePoint end = *s.lacks_since + service.start_timeout;
        if (now_ < end) earlier(step_.next, end);
        return now_ >= end;
    }

    // One without a process has no record before: a daemon that finds one takes it for one that was up.
    void note_up(const Instance& one, ServiceState& s) {
        if (!s.bare && s.kept == Recorded::process) act(NoteReady{one.key});
        if (!s.bare || s.kept == Recorded::process) return;
        act(NoteBare{one.key});
        s.kept = Recorded::process;
    }

    void up(const Instance& one, ServiceState& s) {
        const ServiceConfig& service = config_of(one);
        if (is_dead(one)) return die(one, s, lack_of(facts_, service, one.key.device, *service.alive));
        if (has_lost_interface(one, s)) return die(one, s, lack_of_interface(facts_, service));
        if (service.alive) look_at_file(*service.alive);
        if (s.failures == 0 || !one.config) return;
        const TimePoint settled = s.since + derived_.settle_of(one);
        if (now_ < settled) return earlier(step_.next, settled);
        s.failures = 0;
        s.hold.reset();
        if (s.kept_failures > 0) act(NoteWell{one.key});
        s.kept_failures = 0;
    }

    void stopping(const Instance& one, ServiceState& s) {
        const ServiceConfig& service = config_of(one);
        const TimePoint kill = s.since + service.stop_timeout;
        if (now_ < kill) return earlier(step_.next, kill);
        if (!s.killed) {
            s.killed = true;
            if (s.undoing) act(EndHelper{{one.key, HelperKind::undo}});
            else act(StopService{one.key, true});
        }
        if (s.stuck) return;
        if (now_ < kill + kill_takes) return earlier(step_.next, kill + kill_takes);
        s.stuck = true;
    }

    void look_at_file(const Sign& sign) {
        if (sign.kind == SignKind::file) earlier(step_.next, now_ + file_is_looked_at);
    }

    void stop(const Instance& one, ServiceState& s, Phase then) {
        if (s.bare) return move(s, then, facts_, now_);
        move(s, Phase::stopping, facts_, now_);
        s.then = then;
        s.killed = s.stuck = false;
        act(StopService{one.key});
        earlier(step_.next, now_ + config_of(one).stop_timeout);
    }

    // The phase of one that does not run follows from what is there.
    void settle_down(const Instance& one) {
        ServiceState& s = state(one);
        if (is_active(s.phase) || s.phase == Phase::done) return;
        const bool holds_back = s.hold && now_ < *s.hold;
        const bool needs = derived_.needs_hold(one);
        if (holds_back && needs) earlier(step_.next, *s.hold);
        if (derived_.is_held(one)) move(s, Phase::held, facts_, now_);
        else if (!needs) move(s, Phase::absent, facts_, now_);
        else move(s, holds_back ? Phase::failed : Phase::idle, facts_, now_);
        s.waits = derived_.lack(one);
    }

    // What needs it ends before it does.
    void stop_unwanted(const Instance& one) {
        ServiceState& s = state(one);
        const bool runs = s.phase == Phase::starting || s.phase == Phase::up;
        if (!runs && s.phase != Phase::done) return;
        const bool wanted = derived_.is_wanted(one);
        if (wanted && !(runs && is_changed(one, s))) return;
        if (derived_.is_needed_yet(one)) return;
        if (wanted) s.stops_for = "its command is another one, by reload --force";
        else if (!one.config) s.stops_for = "the file does not name it any more";
        else if (derived_.is_held(one)) s.stops_for = "it is held by order";
        else if (const std::string lack = derived_.lack(one); !lack.empty() || !one.there) s.stops_for = lack;
        else s.stops_for = derived_.why_not_chosen(one);
        if (runs) return stop(one, s, Phase::idle);
        undo(one, s);
    }

    [[nodiscard]] bool is_changed(const Instance& one, ServiceState& s) {
        const auto wanted = filled_for(facts_, *one.config, one.key.device, runs_of(*one.config));
        s.another_command = wanted && (s.bare || !s.started_as.empty()) && *wanted != s.started_as;
        return s.another_command && facts_.force;
    }

    // Of a device that has gone there is nothing to be undone.
    void undo(const Instance& one, ServiceState& s) {
        const ServiceConfig& service = config_of(one);
        const auto words = one.there ? words_for(facts_, service, one.key.device, service.stop)
                                     : std::vector<std::string>{};
        if (words.empty()) return move(s, Phase::idle, facts_, now_);
        move(s, Phase::stopping, facts_, now_);
        s.then = Phase::idle;
        s.undoing = true;
        s.killed = s.stuck = false;
        act(RunHelper{{one.key, HelperKind::undo}, words, service.stop_timeout});
        earlier(step_.next, now_ + service.stop_timeout);
    }

    void start_wanted(const Instance& one) {
        ServiceState& s = state(one);
        keep_records(one, s);
        if (s.phase != Phase::idle || !derived_.is_wanted(one) || !derived_.comes_after(one)) return;
        if ((s.hold && now_ < *s.hold) || !derived_.has_room(one) || !derived_.needs_are_up(one)) return;
        const ServiceConfig& service = *one.config;
        Launch launch{.key = one.key,
                      .words = words_for(facts_, service, one.key.device, runs_of(service)),
                      .command = filled_for(facts_, service, one.key.device, runs_of(service)).value_or(""),
                      .device = one.device,
                      .oneshot = service.type == ServiceType::oneshot,
                      .notifies = service.ready.kind == SignKind::notify,
                      .stop_timeout = service.stop_timeout};
        if (!service.unit.empty()) launch.unit = launch.command;
        s.started_as = launch.command;
        s.another_command = s.told_ready = s.adopted = s.unseen = s.killed = s.stuck = s.undoing = false;
        s.bare = s.started = !service.has_process();
        s.unheard = false;
        s.lacks_since.reset();
        s.waits.clear();
        s.stops_for.clear();
        s.device = one.device;
        end_probe(one, s);
        move(s, Phase::starting, facts_, now_);
        earlier(step_.next, now_ + service.start_timeout);
        if (!s.bare) act(StartService{std::move(launch)});
    }

    // How often it has failed outlives the daemon; but not its device, nor its section.
    void keep_records(const Instance& one, ServiceState& s) {
        if (is_active(s.phase)) return;
        s.pid = 0;
        s.bare = false;
        if (s.phase == Phase::done) {
            if (s.kept == Recorded::process) act(NoteDone{one.key, s.device});
            if (s.kept != Recorded::nothing) s.kept = Recorded::done;
            s.kept_failures = 0;
        } else if (s.failures > 0 && one.config && one.there) {
            if (s.kept != Recorded::failures || s.kept_failures != s.failures)
                act(NoteFailed{one.key, s.device, {s.failures, s.hold.value_or(now_), s.why},
                               s.kept == Recorded::process});
            s.kept = Recorded::failures;
            s.kept_failures = s.failures;
        } else {
            if (s.kept != Recorded::nothing) act(ForgetService{one.key, s.kept != Recorded::failures});
            s.kept = Recorded::nothing;
            s.kept_failures = 0;
        }
    }

    // One that does not run by itself, and whether it would serve.
    void ask(const Instance& one) {
        ServiceState& s = state(one);
        if (!derived_.is_asked(one)) {
            if (s.phase == Phase::idle)
                if (std::string delay = derived_.delay(one); !delay.empty()) s.waits = std::move(delay);
            return end_probe(one, s);
        }
        s.waits = "its probe has not succeeded";
        if (s.good_since) s.waits = fmt::format("its probe succeeds since {}", s.good_date);
        if (s.probing) return;
        const TimePoint due = s.probed ? *s.probed + one.config->probe_interval : now_;
        if (now_ < due) return earlier(step_.next, due);
        const auto words = words_for(facts_, *one.config, one.key.device, one.config->probe);
        if (words.empty()) return;
        s.probing = true;
        s.probed = now_;
        act(RunHelper{{one.key, HelperKind::probe}, words, probe_limit});
    }

    void end_probe(const Instance& one, ServiceState& s) {
        if (s.probing) act(EndHelper{{one.key, HelperKind::probe}});
        s.probing = false;
        s.good_since.reset();
        s.good_date.clear();
    }

    void forget_gone() {
        std::set<ServiceKey> stay;
        for (const Instance& one : derived_.instances())
            if (one.config && (one.there || one.device != 0)) stay.insert(one.key);
        std::erase_if(states_.services, [&](const auto& entry) {
            return !stay.contains(entry.first) && !is_active(entry.second.phase) &&
                   entry.second.kept == Recorded::nothing;
        });
    }

    const ServiceFacts& facts_;
    ServiceStates& states_;
    const TimePoint now_;
    const std::vector<ServiceConfig> services_;
    Derivation derived_;
    Step step_;
};

} // namespace

Step step(const ServiceFacts& facts, ServiceStates& states, TimePoint now) {
    return Stepper(facts, states, now).run();
}

} // namespace had::core
