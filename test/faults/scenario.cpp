// What happens while a call fails.
#include "test/faults/run.hpp"

#include <csignal>
#include <fmt/format.h>

namespace had::faults {
namespace {

using control::Args;
using Wrong = std::optional<std::string>;

// An order holds, in the daemon and on the disk, when it was answered with ok, and in neither when it was
// refused.  Whose answer was lost asks again: either way, but the same in both.
Wrong wrong_order(Run& run, bool in_force, bool on_disk) {
    const Answer& answer = *run.answer;
    if (answer.text.empty()) return "refused without a word";
    if (in_force != on_disk)
        return fmt::format("the order {} in force and {} on the disk ({})", in_force ? "is" : "is not",
                           on_disk ? "is" : "is not", answer.text);
    if (answer.kind == Answer::Kind::done && !in_force) return "answered with ok, and not so";
    if (answer.kind == Answer::Kind::refused && in_force && !answer.is_of_the_answer())
        return "refused, and done: " + answer.text;
    return std::nullopt;
}

bool on_disk(std::string what) {
    if (what == "leave_out") what = "leave-out";
    return Run::orders().starts_with(what) || Run::orders().find('\n' + what) != std::string::npos;
}

Scenario order(const std::string& name, const std::string& verb, Args args, const std::string& what) {
    Scenario s;
    s.name = name;
    s.happen = [=](Run& run) { run.answer = run.ask(verb, args); };
    s.wrong = [=](Run& run) { return wrong_order(run, run.holds(what), on_disk(what)); };
    return s;
}

// The end of an order that was given before.
Scenario end_of(const std::string& name, const std::string& given, Args given_args, const std::string& verb,
                Args args, const std::string& what) {
    Scenario s = order(name, verb, std::move(args), what);
    s.prepare = [=](Run& run) {
        if (run.ask(given, given_args).kind != Answer::Kind::done) throw std::runtime_error("not taken: " + given);
        run.until([&] { return run.holds(what); });
    };
    s.wrong = [=](Run& run) { return wrong_order(run, !run.holds(what), !on_disk(what)); };
    return s;
}

Scenario starting() {
    Scenario s;
    s.name = "a start";
    s.starting = true;
    s.over = [](Run& run) { return run.daemon.is_ready(); };
    s.wrong = [](Run& run) -> Wrong {
        // What could not be read may have been an order.
        if (run.holds("pause") && run.news().find("starts paused") != std::string::npos) run.ask("resume");
        if (run.until([&] { return run.health(2) == "healthy" && run.health(4) == "healthy"; })) return std::nullopt;
        return "it does not come to its work: " + run.status().dump();
    };
    return s;
}

// Orders of a daemon before: they hold, or it is paused and says why.  What it could not read it keeps.
Scenario restarting() {
    Scenario s = starting();
    s.name = "a start that finds orders";
    s.prepare = [](Run& run) {
        run.start_and_wait();
        if (run.ask("domain.release", {{"domain", "B"}, {"force", true}}).kind != Answer::Kind::done)
            throw std::runtime_error("not released");
        if (!run.until([&] { return run.health(4) == "offline"; })) throw std::runtime_error("domain B stays");
        run.daemon.signal(SIGTERM);
        if (!run.until([&] { return run.daemon.has_ended(); })) throw std::runtime_error("it does not end");
        write("/run/orders.before", Run::orders());
    };
    s.wrong = [](Run& run) -> Wrong {
        const bool kept = Run::orders() == read("/run/orders.before") || on_disk("release") ||
                          !read("/var/lib/had/orders.bad").empty();
        if (run.holds("release"))
            return kept ? Wrong() : Wrong("the order holds, and the file has lost it");
        if (!run.holds("pause")) return "the order that was given before does not hold, and it is not paused";
        if (!kept) return "it is paused, and has not kept the file";
        return run.news().find("orders") != std::string::npos ? Wrong() : Wrong("it does not say why it is paused");
    };
    return s;
}

Scenario reloading() {
    Scenario s;
    s.name = "a reload";
    s.happen = [](Run& run) {
        run.write_conf("10.0.9.9/24");
        run.answer = run.ask("reload");
    };
    const auto is_there = [](Run& run) {
        return has_address(run.bonding ? "bond0" : "p2", "10.0.9.9");
    };
    s.over = [=](Run& run) { return run.answer->kind != Answer::Kind::done || is_there(run); };
    s.wrong = [=](Run& run) -> Wrong {
        if (run.answer->kind == Answer::Kind::refused) {
            if (run.answer->text.empty()) return "refused without a word";
            return is_there(run) && !run.answer->is_of_the_answer() ? Wrong("refused, and done") : Wrong();
        }
        if (run.answer->kind == Answer::Kind::cut_off) return std::nullopt;
        return run.until([&] { return is_there(run); }) ? Wrong() : Wrong("taken, and not carried out");
    };
    return s;
}

std::string extraction(Run& run) {
    const auto now = run.status();
    if (now.is_object())
        for (const auto& slot : now["slots"])
            if (slot["name"] == "4") return slot["extraction"];
    return "";
}

Scenario extracting(Role role) {
    Scenario s;
    s.name = role == Role::daemon ? "an extraction" : "an extraction's jobs";
    s.role = role;
    s.happen = [](Run& run) { run.answer = run.ask("slot.offline", {{"slot", "4"}, {"force", true}}); };
    s.over = [](Run& run) {
        const auto at = Run::orders().find("offline");
        return run.answer->kind != Answer::Kind::done ||
               (at != std::string::npos && Run::orders().find(" out", at) != std::string::npos);
    };
    s.wrong = [](Run& run) -> Wrong {
        if (run.answer->kind != Answer::Kind::done) return wrong_order(run, run.holds("offline"), on_disk("offline"));
        if (run.until([&] { return extraction(run) == "out"; }, 12s))
            return run.health(4) == "offline" ? Wrong() : Wrong("out, and not offline");
        for (const auto& slot : run.status()["slots"])
            if (slot["name"] == "4" && slot["problem"] != "") return std::nullopt;
        return "ordered out, not out, and nothing is said of it: " + run.status()["slots"].dump();
    };
    return s;
}

Scenario cutting() {
    Scenario s;
    s.name = "a cable that is cut";
    s.happen = [](Run& run) { run.machine.cable(4, false); };
    s.over = [](Run& run) { return run.news().find("4.0") != std::string::npos; };
    s.wrong = [](Run& run) -> Wrong {
        if (!run.until([&] { return run.health(4) == "down"; })) return "a cut cable is not heard of";
        run.machine.cable(4, true);
        return run.until([&] { return run.health(4) == "healthy"; }) ? Wrong() : Wrong("nor that it is back");
    };
    return s;
}

std::string active_port() {
    const std::string text = read("/proc/net/bonding/bond0");
    const std::string_view before = "Currently Active Slave: ";
    const auto at = text.find(before);
    return at == std::string::npos ? "" : text.substr(at + before.size(), 2);
}

// The kernel moves the bond; the daemon hears of it, and the bond can be moved again.
Scenario failing_over() {
    Scenario s;
    s.name = "a failover";
    s.bonding = true;
    s.happen = [](Run& run) { run.machine.cable(active_port() == "p2" ? 2 : 4, false); };
    s.over = [](Run& run) { return run.news().find("active port is now") != std::string::npos; };
    s.wrong = [](Run& run) -> Wrong {
        const int cut = run.health(2) == "healthy" ? 4 : 2, other = 6 - cut;
        const auto bond = [&] { return run.status()["bonds"][0]; };
        if (!run.until([&] { return active_port() == fmt::format("p{}", other); })) return "the bond has not moved";
        if (!run.until([&] { return run.status().is_object() && bond()["active"] == fmt::format("p{}", other); }))
            return "it has not heard that the bond has moved";
        run.machine.cable(cut, true);
        if (!run.until([&] { return run.health(cut) == "healthy"; })) return "the cable that is back is not heard of";
        return std::nullopt;
    };
    return s;
}

Scenario with_bond(Scenario scenario) {
    if (!scenario.happen || scenario.over) scenario.name += ", with a bond";
    scenario.bonding = true;
    return scenario;
}

Scenario asking(const std::string& verb, Args args) {
    Scenario s;
    s.name = "a question: " + verb;
    // Once before: the socket that asks drivers is opened with the first question, and stays.
    s.prepare = [=](Run& run) { run.ask(verb, args); };
    s.happen = [=](Run& run) { run.answer = run.ask(verb, args); };
    s.wrong = [](Run& run) -> Wrong {
        if (run.answer->text.empty()) return "no word";
        const bool turned_away = run.news().find("a client could not be taken") != std::string::npos;
        if (turned_away && run.answer->kind == Answer::Kind::cut_off) return "not taken, and not told so";
        return std::nullopt;
    };
    return s;
}

std::vector<Scenario> all() {
    return {
        starting(),
        restarting(),
        reloading(),
        order("the order to pause", "pause", {}, "pause"),
        end_of("the order to resume", "pause", {}, "resume", {}, "pause"),
        order("the order to release a domain", "domain.release", {{"domain", "B"}, {"force", true}}, "release"),
        end_of("the order to take a domain back", "domain.release", {{"domain", "B"}, {"force", true}}, "domain.take",
               {{"domain", "B"}}, "release"),
        order("the order to take a slot offline", "slot.offline", {{"slot", "4"}, {"force", true}}, "offline"),
        end_of("the order to take a slot online", "slot.offline", {{"slot", "4"}, {"force", true}}, "slot.online",
               {{"slot", "4"}}, "offline"),
        extracting(Role::daemon),
        extracting(Role::child),
        cutting(),
        failing_over(),
        with_bond(starting()),
        with_bond(restarting()),
        with_bond(reloading()),
        with_bond(extracting(Role::daemon)),
        with_bond(order("the order to activate a port", "bond.activate", {{"bond", "bond0"}, {"port", "4.0"}},
                        "activate")),
        with_bond(end_of("the order that ends it", "bond.activate", {{"bond", "bond0"}, {"port", "4.0"}},
                         "bond.auto", {{"bond", "bond0"}}, "activate")),
        with_bond(order("the order to leave a port out", "port.release", {{"port", "4.0"}}, "leave_out")),
        asking("status", {}),
        asking("link", {{"interface", "p2"}}),
    };
}

} // namespace

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> list = all();
    return list;
}

} // namespace had::faults
