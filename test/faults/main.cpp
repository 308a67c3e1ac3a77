// faults: every call that the daemon makes fails once, at each place, with each plausible error.
#include "test/faults/in_child.hpp"
#include "test/faults/place.hpp"
#include "test/faults/run.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <list>
#include <map>
#include <set>
#include <sstream>

namespace {

using namespace had::faults;

struct Choice {
    std::string scenario, call, without;
    bool sample = false, list = false;
    int nth = 0;
    std::size_t workers = 2;
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
};

// Every `workers`-th of them, and what came of each, a line.
std::string work(const Scenario& scenario, const std::vector<Fault>& faults, std::size_t first, std::size_t workers) {
    std::string outcomes;
    for (std::size_t i = first; i < faults.size(); i += workers) {
        const Fault& fault = faults[i];
        const Verdict verdict = run(scenario, fault);
        outcomes += fmt::format("{}{}\n", verdict.wrong.empty() ? "" : "wrong ",
                                verdict.hit ? verdict.outcome : "not reached");
        if (verdict.wrong.empty()) continue;
        fmt::print("WRONG {}: {} no. {} fails with {}: {}\n", scenario.name, name_of(fault.call), fault.nth,
                   words_of(fault.error), verdict.wrong);
        std::fflush(stdout);
    }
    return outcomes;
}

void try_all(const Scenario& scenario, const Choice& choice, Count& total) {
    const auto faults = faults_of(scenario, choice);
    if (choice.list)
        for (const Fault& fault : faults)
            fmt::print("{}: {} {} {}\n", scenario.name, name_of(fault.call), fault.nth, words_of(fault.error));
    if (choice.list) return;
    const std::size_t workers = std::min<std::size_t>(choice.workers, faults.size());
    std::list<Child> children;
    for (std::size_t i = 0; i < workers; ++i)
        children.emplace_back([&, i] { return work(scenario, faults, i, workers); });
    Count count;
    for (const Child& child : children) {
        std::istringstream lines(child.result());
        for (std::string line; std::getline(lines, line); ++count.runs) {
            const bool wrong = line.starts_with("wrong ");
            count.wrong += wrong ? 1 : 0;
            ++count.outcomes[wrong ? line.substr(6) : line];
        }
    }
    std::string text;
    for (const auto& [outcome, times] : count.outcomes) text += fmt::format(", {} {}", times, outcome);
    fmt::print("{}: {} runs{}; {} wrong\n", scenario.name, count.runs, text, count.wrong);
    std::fflush(stdout);
    total.runs += count.runs;
    total.wrong += count.wrong;
    if (count.runs < static_cast<int>(faults.size())) ++total.wrong;       // a worker has died
}

} // namespace

int main(int argc, char** argv) {
    Choice choice;
    CLI::App app("faults - each call that the daemon makes fails once", "faults");
    app.add_option("--scenario", choice.scenario, "only this one");
    app.add_option("--call", choice.call, "only calls of this kind");
    app.add_option("--without", choice.without, "no calls of this kind");
    app.add_option("--nth", choice.nth, "only this one of them");
    app.add_option("--workers", choice.workers, "how many at a time")->capture_default_str();
    app.add_flag("--sample", choice.sample, "one place and one error of each kind");
    app.add_flag("--list", choice.list, "what would be run");
    CLI11_PARSE(app, argc, argv);
    Count count;
    for (const Scenario& scenario : scenarios())
        if (choice.scenario.empty() || choice.scenario == scenario.name) try_all(scenario, choice, count);
    fmt::print("{} passed, {} failed\n", count.runs - count.wrong, count.wrong);
    return count.wrong > 0 ? 1 : 0;
}
