// faults: every call that the daemon makes fails once, at each place, with each plausible error.
#include "test/faults/in_child.hpp"
#include "test/faults/place.hpp"
#include "test/faults/sudden_end.hpp"
#include "test/faults/run.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>

namespace {

using namespace had::faults;

struct Choice {
    std::string scenario, call, without;
    bool sample = false, list = false, bonding = false;
    int kills = 0, cuts = 0;
    int nth = 0;
    std::size_t workers = 8;
};

std::string words_of(int error) {
    if (error == cut_short) return "fewer bytes";
    return error == twice ? "ENOMEM, twice" : strerrorname_np(error);
}

// Memory is asked for thousands of times, from some hundred places: each place once.
std::vector<Fault> faults_of(const Scenario& scenario, const Choice& choice) {
    std::set<std::pair<Call, std::uint64_t>> seen;
    std::vector<Fault> faults;
    std::map<Call, const Kind*> by_call;
    for (const Kind& kind : kinds()) by_call[kind.call] = &kind;
    for (const Place& place : places_of(scenario)) {
        const Kind& kind = *by_call.at(place.call);
        if (!choice.call.empty() && choice.call != kind.name) continue;
        if (choice.without == kind.name) continue;
        if (choice.nth != 0 && choice.nth != place.nth) continue;
        const bool is_new = seen.insert({place.call, choice.sample ? 0 : place.stack}).second;
        if ((place.call == Call::malloc || choice.sample) && !is_new && choice.nth == 0) continue;
        for (const int error : kind.errors) {
            faults.push_back({place.call, place.nth, error});
            if (choice.sample) break;
        }
    }
    return faults;
}

std::string name_of(Call call) {
    for (const Kind& kind : kinds())
        if (kind.call == call) return kind.name;
    return "";
}

struct Count {
    int runs = 0, wrong = 0;
    std::map<std::string, int> outcomes;

    void add(const std::string& outcome) {
        ++runs;
        ++outcomes[outcome];
        if (outcome.starts_with("wrong") || outcome.starts_with("the process")) ++wrong;
    }
    [[nodiscard]] std::string text() const {
        std::string all = fmt::format("{} runs", runs);
        for (const auto& [outcome, times] : outcomes) all += fmt::format(", {} {}", times, outcome);
        return all;
    }
};

// "done", or "wrong done" and said at once: what a run takes is minutes.
std::string tried(const Scenario& scenario, const Fault& fault) {
    const Verdict verdict = run(scenario, fault);
    const std::string outcome = verdict.hit ? verdict.outcome : "not reached";
    if (verdict.wrong.empty()) return outcome;
    fmt::print("WRONG {}: {} no. {} fails with {}: {}\n", scenario.name, name_of(fault.call), fault.nth,
               words_of(fault.error), verdict.wrong);
    std::fflush(stdout);
    return "wrong " + outcome;
}

void try_all(const Scenario& scenario, const Choice& choice, Count& total) {
    const auto faults = faults_of(scenario, choice);
    if (choice.list)
        for (const Fault& fault : faults)
            fmt::print("{}: {} {} {}\n", scenario.name, name_of(fault.call), fault.nth, words_of(fault.error));
    if (choice.list) return;
    Count count;
    for (const std::string& outcome :
         in_children(faults.size(), choice.workers, [&](std::size_t i) { return tried(scenario, faults[i]); }))
        count.add(outcome);
    fmt::print("{}: {}\n", scenario.name, count.text());
    std::fflush(stdout);
    total.runs += count.runs;
    total.wrong += count.wrong;
}

// Each a text of what is wrong, or none.
void count_all(const char* what, const std::vector<std::string>& results, Count& total) {
    Count count;
    for (const std::string& wrong : results) {
        count.add(wrong.empty() ? "done" : "wrong");
        if (!wrong.empty()) fmt::print("WRONG {}: {}\n", what, wrong);
    }
    fmt::print("{}: {}\n", what, count.text());
    total.runs += count.runs;
    total.wrong += count.wrong;
}

void run_chosen(const Choice& choice, bool can_have_bonds, Count& count) {
    if (choice.cuts > 0) count_all("a power cut", power_cuts(choice.cuts, choice.workers), count);
    if (choice.kills > 0) count_all("a kill", kills(choice.kills, choice.workers), count);
    if (choice.cuts + choice.kills > 0 && !choice.sample) return;
    for (const Scenario& scenario : scenarios()) {
        if (choice.bonding && !scenario.bonding) continue;
        if (!choice.scenario.empty() && choice.scenario != scenario.name) continue;
        if (scenario.bonding && !can_have_bonds)
            fmt::print("{}: left out, this kernel has no bonding\n", scenario.name);
        else try_all(scenario, choice, count);
    }
}

} // namespace

int main(int argc, char** argv) {
    Choice choice;
    CLI::App app("faults - each call that the daemon makes fails once", "faults");
    app.add_option("--scenario", choice.scenario, "only this one");
    app.add_option("--call", choice.call, "only calls of this kind");
    app.add_option("--without", choice.without, "no calls of this kind");
    app.add_option("--nth", choice.nth, "only this one of them");
    app.add_option("--workers", choice.workers, "how many at a time; they mostly wait")->capture_default_str();
    app.add_flag("--sample", choice.sample, "one place and one error of each kind");
    app.add_option("--power-cuts", choice.cuts, "state files cut at every so manieth byte, and otherwise damaged");
    app.add_option("--kills", choice.kills, "kill -9, so many times");
    app.add_flag("--bonding", choice.bonding, "only with a bond");
    app.add_flag("--list", choice.list, "what would be run");
    CLI11_PARSE(app, argc, argv);
    const std::string able = in_child([] { return can_bond() ? "with bonding" : "without"; });
    Count count;
    const bool skipped = !able.starts_with("with");
    try {
        if (!skipped) run_chosen(choice, able == "with bonding", count);
        else fmt::print("faults: left out: {}\n", able);
    } catch (const std::exception& e) {
        fmt::print("WRONG {}\n", e.what());
        ++count.runs, ++count.wrong;
    }
    fmt::print("{} passed, {} failed\n", count.runs - count.wrong, count.wrong);
    if (const char* totals = std::getenv("HAD_TEST_TOTALS"))
        std::ofstream(totals, std::ios::app)
            << count.runs - count.wrong << ' ' << count.wrong << ' ' << skipped << '\n';
    return count.wrong > 0 ? 1 : 0;
}
