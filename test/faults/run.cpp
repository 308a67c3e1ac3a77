#include "test/faults/run.hpp"

#include "test/faults/in_child.hpp"

#include "had/control/client.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <thread>

namespace had::faults {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

// Of a busy machine, and of what goes wrong: nothing else waits so long.
constexpr Limit patience = 30s;

std::string conf(bool bonding, const std::string& address) {
    return fmt::format("[had]\ndomains = A B\nevent_source = udev\npcidrivers = /run/pcidrivers.conf\n"
                       "[domain A]\nslots = 2\n[domain B]\nslots = 4\n{}",
                       bonding ? fmt::format("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = {}\n"
                                             "[config member]\nbond = bond0\n[devices]\n2 = member\n4 = member\n",
                                             address)
                               : fmt::format("[config first]\naddress = {}\n[config second]\naddress = 10.0.4.1/24\n"
                                             "[devices]\n2 = first\n4 = second\n",
                                             address));
}

// That it acts on what comes: a file, an address that goes, an order and its end.
std::string deaf_to_what_comes(Run& run) {
    const auto expect = [&](const std::string& what, const std::function<bool()>& so) -> std::string {
        if (run.until(so, patience)) return "";
        return "afterwards " + what + (run.daemon.has_ended() ? "; it ended by " + run.daemon.end() : "");
    };
    if (run.holds("pause")) {
        if (const Answer resumed = run.ask("resume"); resumed.kind != Answer::Kind::done)
            return "afterwards resume is not taken: " + resumed.text;
    }
    run.write_conf("10.0.7.77/24");
    if (const Answer reloaded = run.ask("reload"); reloaded.kind != Answer::Kind::done)
        return "afterwards a reload is not taken: " + reloaded.text;
    const std::string device = run.bonding ? "bond0" : "p2";
    const auto has_it = [&] { return has_address(device, "10.0.7.77"); };
    if (auto wrong = expect("a reload is not carried out", has_it); !wrong.empty()) return wrong;
    // No carrier: the kernel tells of one in a second.
    shell("ip addr del 10.0.7.77/24 dev " + device);
    if (auto wrong = expect("an address that goes is not set again", has_it); !wrong.empty()) return wrong;
    if (const Answer paused = run.ask("pause"); paused.kind != Answer::Kind::done)
        return "afterwards a pause is not taken: " + paused.text;
    if (!run.holds("pause")) return "afterwards a pause is answered with ok and does not hold";
    if (!Run::orders().starts_with("pause") && Run::orders().find("\npause") == std::string::npos)
        return "afterwards a pause is answered with ok and is not on the disk";
    return "";
}

std::string leak(Run& run, int before) {
    int now = 0;
    if (before < 0 || run.until([&] { return (now = run.daemon.descriptors()) <= before; }, 3s)) return "";
    return fmt::format("{} descriptors before, {} afterwards", before, now);
}

std::string does_not_end(Run& run) {
    run.daemon.signal(SIGTERM);
    if (!run.until([&] { return run.daemon.has_ended(); }, patience)) return "SIGTERM does not end it";
    return run.daemon.end() == "exit code 0" ? "" : "at the end: " + run.daemon.end();
}

std::string outcome_of(Run& run) {
    if (!run.answer) return "done";
    switch (run.answer->kind) {
    case Answer::Kind::done: return "done";
    case Answer::Kind::refused: return "refused";
    case Answer::Kind::cut_off: return "cut off";
    }
    return "";
}

// What breaks the law while it lives, or should; "": nothing.
std::string broken_law(Run& run, const Scenario& scenario, int descriptors) {
    if (run.daemon.has_ended()) return "";
    if (scenario.starting && !run.daemon.is_ready()) return "it is neither ready nor ended";
    if (auto wrong = scenario.wrong(run)) return *wrong;
    if (auto wrong = deaf_to_what_comes(run); !wrong.empty()) return wrong;
    return scenario.starting ? "" : leak(run, descriptors);
}

// Only a start may end: before it was ready, in order, and with a word.
std::string unfair_end(Run& run, const Scenario& scenario, const std::string& seen) {
    const std::string end = "it ended by " + run.daemon.end() + (seen.empty() ? "" : "; " + seen);
    if (!scenario.starting || run.daemon.is_ready()) return end;
    if (!run.daemon.ended_in_order() || run.daemon.end() == "exit code 0") return end;
    return run.news().empty() ? "its start ends with " + run.daemon.end() + " and no word" : "";
}

Verdict judge(Run& run, const Scenario& scenario, int descriptors) {
    Verdict verdict{run.daemon.control().hits > 0, outcome_of(run), ""};
    verdict.wrong = broken_law(run, scenario, descriptors);
    // Whoever dies is deaf first.
    if (!verdict.wrong.empty()) run.until([&] { return run.daemon.has_ended(); }, 1s);
    if (run.daemon.has_ended()) {
        verdict.outcome = "ended";
        verdict.wrong = unfair_end(run, scenario, verdict.wrong);
    } else if (verdict.wrong.empty()) {
        verdict.wrong = does_not_end(run);
    }
    return verdict;
}

// Until it is over; once the call has failed, what comes of it is awaited unarmed.
void happen(Run& run, const Scenario& scenario) {
    const Control& control = run.daemon.control();
    if (scenario.happen) scenario.happen(run);
    const bool recording = control.mode == Mode::record;
    const auto over = [&] {
        return (control.hits > 0 && !recording) || run.daemon.has_ended() || !scenario.over || scenario.over(run);
    };
    run.until(over, 4s);
}

int set_up(Run& run, const Scenario& scenario) {
    run.bonding = scenario.bonding;
    run.write_conf();
    if (!scenario.starting) run.start_and_wait();
    if (scenario.prepare) scenario.prepare(run);
    const int descriptors = scenario.starting ? -1 : run.daemon.descriptors();
    run.log_before = run.daemon.log().size();
    return descriptors;
}

} // namespace

bool Run::until(const std::function<bool()>& so, Limit limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        machine.act();
        if (so()) return true;
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(4ms);
    }
}

Answer Run::ask(const std::string& verb, control::Args args) {
    try {
        control::Client client(std::string(control::default_socket), patience);
        return {Answer::Kind::done, client.call(verb, std::move(args))};
    } catch (const control::CallError& e) {
        return {Answer::Kind::refused, e.what()};
    } catch (const control::ClientError& e) {
        return {Answer::Kind::cut_off, e.what()};
    }
}

json Run::status() {
    const Answer answered = ask("status");
    return answered.kind == Answer::Kind::done ? json::parse(answered.text, nullptr, false) : json();
}

bool Run::holds(const std::string& what) {
    const json now = status();
    if (!now.is_object()) return false;
    for (const json& order : now["orders"])
        if (order["what"] == what) return true;
    return false;
}

std::string Run::health(int slot) {
    const json now = status();
    if (!now.is_object()) return "";
    for (const json& each : now["slots"])
        if (each["name"] == std::to_string(slot))
            return each["ports"].empty() ? std::string(each["health"]) : std::string(each["ports"][0]["health"]);
    return "";
}

void Run::write_conf(const std::string& address) {
    write("/run/had.conf", conf(bonding, address));
    write("/run/pcidrivers.conf", "");
}

void Run::start_and_wait() {
    daemon.start();
    const auto is_up = [&] {
        return daemon.is_ready() && health(2) == "healthy" && health(4) == "healthy" && fs::exists("/run/told");
    };
    if (!until(is_up, 60s))
        throw std::runtime_error("the daemon does not come up: " + daemon.log() + status().dump());
}

std::vector<Place> places_of(const Scenario& scenario) {
    std::vector<Place> places;
    const std::string all = in_child([&] {
        Run run;
        set_up(run, scenario);
        run.daemon.arm(Mode::record, scenario.role);
        if (scenario.starting) run.daemon.start();
        happen(run, scenario);
        const Control& control = run.daemon.control();
        run.daemon.control().mode = Mode::off;
        std::string text;
        for (std::size_t i = 0; i < std::min<std::size_t>(control.places_seen, Control::most_places); ++i)
            text += fmt::format("{} {} {}\n", static_cast<int>(control.places[i].call), control.places[i].nth,
                                control.places[i].stack);
        return text;
    });
    std::istringstream lines(all);
    int call = 0, nth = 0;
    std::uint64_t stack = 0;
    while (lines >> call >> nth >> stack) places.push_back({static_cast<Call>(call), nth, stack});
    if (places.empty()) throw std::runtime_error(scenario.name + ": " + all);
    return places;
}

Verdict run(const Scenario& scenario, const Fault& fault) try {
    Run run;
    const int descriptors = set_up(run, scenario);
    Control& control = run.daemon.control();
    control.call = fault.call;
    control.nth = fault.nth;
    control.error = fault.error;
    run.daemon.arm(Mode::fail, scenario.role);
    if (scenario.starting) run.daemon.start();
    happen(run, scenario);
    control.mode = Mode::off;
    if (scenario.starting) run.until([&] { return run.daemon.is_ready() || run.daemon.has_ended(); }, patience);
    Verdict verdict = judge(run, scenario, descriptors);
    if (!verdict.wrong.empty())
        verdict.wrong += "\n    failed at:\n" + run.daemon.failed_at() + "    the log:\n" + run.news();
    return verdict;
} catch (const std::exception& e) {
    return {false, "no run", e.what()};
}

} // namespace had::faults
