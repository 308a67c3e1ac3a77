// Services of a file with programs that only the test moves: what each step starts and stops is written down.
#pragma once

#include "had/core/service/facts.hpp"
#include "had/core/service/step.hpp"

#include "test/boost_test.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string>
#include <vector>

namespace had::test {

using namespace core;

class Programs {
public:
    explicit Programs(std::string_view text) {
        ParsedConfig parsed = parse_config(text);
        for (const Diagnostic& one : parsed.diagnostics)
            BOOST_REQUIRE_MESSAGE(one.severity != Severity::error, to_string(one, "had.conf"));
        config = std::move(parsed.config);
    }

    Config config;
    Chassis chassis;
    Observed observed;
    std::map<std::string, std::vector<Device>> devices;
    GroupOrders orders;
    std::set<std::string> files;
    ServiceStates states;
    TimePoint now{std::chrono::hours(1)};
    unsigned minute = 0;
    bool force = false, tells_later = false;  // that a program is executed, and that one runs that is taken over
    PathStates paths;
    std::map<ServiceKey, Adopted> kept;       // records, for the next daemon
    std::set<std::string> running;            // processes that are there
    std::set<std::string> deaf;               // to TERM
    std::map<std::string, std::string> refused;               // cannot be started, and why
    std::vector<std::string> done;            // "start a", "stop a", "kill a", "probe a", "undo a"
    std::vector<std::pair<TimePoint, bool>> probes;           // when, and whether it succeeded
    std::optional<TimePoint> next;
    std::function<void()> looked;             // after each act

    [[nodiscard]] ServiceFacts facts() const {
        return {.config = config,
                .chassis = chassis,
                .observed = observed,
                .devices = devices,
                .orders = orders,
                .has_file = [this](const std::string& path) { return files.contains(path); },
                .date = fmt::format("{}", now.time_since_epoch().count()),
                .minute = minute,
                .force = force,
                .paths = &paths};
    }
    // Another daemon, which has the records of the one before.
    void restart() {
        states = {};
        told_.clear();
        for (auto& [key, one] : kept) {
            Adopted found = one;
            if (one.fate == Fate::runs && !running.contains(to_string(key))) found.fate = Fate::ended;
            else if (one.fate == Fate::runs && tells_later) found.fate = Fate::unseen, found.pid = 0;
            take_over(facts(), states, found, now);
        }
    }
    // What a service's monitor finds; by the interface as a whole.
    void find(const std::string& service, const std::string& monitor, PathState state, const std::string& text = "") {
        Judgement judgement;
        judgement.ports = {{.port = 1, .state = state, .since = now, .text = text}};
        paths[watched_name(*service_key_from(service))] = {{monitor, judgement}};
    }
    void tell(const ServiceEvent& event) { hear(facts(), states, event, now); }

    // Until nothing is left to be done; what was done since the last time, in one line.
    std::string settle() {
        done.clear();
        for (int i = 0; i < 50; ++i) {
            const ServiceStates before = states;
            const Step todo = step(facts(), states, now);
            next = todo.next;
            for (const ServiceAct& what : todo.acts) act(what);
            const bool quiet = todo.acts.empty() && told_.empty() && states == before;
            for (const ServiceEvent& event : std::exchange(told_, {})) tell(event);
            if (quiet) break;
        }
        return fmt::format("{}", fmt::join(done, ", "));
    }
    std::string pass(Duration time) {
        const TimePoint until = now + time;
        std::vector<std::string> all;
        const auto note = [&] {
            const std::string line = settle();
            if (!line.empty()) all.push_back(line);
        };
        for (note(); next && *next <= until; note()) {
            now = std::max(now, *next);
            BOOST_REQUIRE(all.size() < 2000U);
        }
        now = until;
        note();
        return fmt::format("{}", fmt::join(all, ", "));
    }
    std::string ends(const std::string& name, int code) {
        running.erase(name);
        tell(ServiceEnded{*service_key_from(name), {.code = code}});
        return settle();
    }
    std::string ready(const std::string& name) {
        tell(ServiceReady{*service_key_from(name)});
        return settle();
    }
    void answer(const std::string& service, bool well) { answers_[service] = well ? 0 : 1; }

    [[nodiscard]] const ServiceState& of(const std::string& name) const {
        return states.services.at(*service_key_from(name));
    }
    [[nodiscard]] std::string phase(const std::string& name) const { return std::string(to_string(of(name).phase)); }

    void link(const std::string& name, bool carrier) {
        const Link* have = observed.link(name);
        Link link;
        link.index = have ? have->index : static_cast<Ifindex>(observed.links.size() + 1);
        link.name = name;
        link.up = true;
        link.carrier = carrier;
        fold(observed, LinkSeen{link});
    }
    void address(const std::string& name, bool there) {
        if (!observed.link(name)) link(name, true);
        Address one;
        one.link = observed.link(name)->index;
        one.prefix = *ip_prefix_from("10.67.0.10/32");
        if (there) fold(observed, AddressSeen{one});
        else fold(observed, AddressGone{one});
    }

private:
    void act(const ServiceAct& what) {
        std::visit(overloaded{[&](const StartService& a) {
                                  const std::string name = to_string(a.launch.key);
                                  if (const auto why = refused.find(name); why != refused.end())
                                      return told_.push_back(ServiceEnded{a.launch.key, {.trouble = why->second}});
                                  note("start " + name);
                                  BOOST_REQUIRE_MESSAGE(running.insert(name).second, name + " runs twice");
                                  started(states, a.launch.key, tells_later ? 0 : 100);
                                  Adopted& record = kept[a.launch.key];
                                  record = {.key = a.launch.key,
                                            .pid = 100,
                                            .device = a.launch.device,
                                            .command = a.launch.command,
                                            .failures = record.failures};
                              },
                              [&](const StopService& a) {
                                  const std::string name = to_string(a.key);
                                  note((a.kill ? "kill " : "stop ") + name);
                                  if ((deaf.contains(name) && !a.kill) || running.erase(name) == 0) return;
                                  told_.emplace_back(ServiceEnded{a.key, {.code = a.kill ? 137 : 143}});
                              },
                              [&](const RunHelper& a) {
                                  const bool probe = a.helper.kind == HelperKind::probe;
                                  note((probe ? "probe " : "undo ") + to_string(a.helper.key));
                                  const int code = probe ? answers_[a.helper.key.service] : 0;
                                  if (probe) probes.emplace_back(now, code == 0);
                                  told_.emplace_back(HelperEnded{a.helper, {.code = code}});
                              },
                              [](const EndHelper&) {},
                              [&](const NoteReady& a) { kept[a.key].ready = true; },
                              [&](const NoteBare& a) {
                                  kept[a.key] = {.key = a.key, .fate = Fate::bare, .failures = kept[a.key].failures};
                              },
                              [&](const NoteDone& a) {
                                  kept[a.key] = {.key = a.key, .fate = Fate::done, .device = a.device};
                              },
                              [&](const NoteFailed& a) {
                                  if (!a.ended && is_of_process(a.key)) return;
                                  kept[a.key] = {.key = a.key,
                                                 .fate = Fate::failed,
                                                 .device = a.device,
                                                 .failures = a.failures};
                              },
                              [&](const NoteWell& a) { kept[a.key].failures = {}; },
                              [&](const ForgetService& a) {
                                  if (a.ended || !is_of_process(a.key)) kept.erase(a.key);
                              }},
                   what);
        if (looked) looked();
    }
    // What the record says; that of one that has ended does until it is replaced.
    [[nodiscard]] bool is_of_process(const ServiceKey& key) const {
        const auto at = kept.find(key);
        return at != kept.end() && at->second.fate == Fate::runs;
    }
    void note(const std::string& what) {
        if (!what.starts_with("probe")) done.push_back(what);
    }

    std::vector<ServiceEvent> told_;
    std::map<std::string, int> answers_;
};

} // namespace had::test
