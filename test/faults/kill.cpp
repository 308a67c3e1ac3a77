#include "test/faults/in_child.hpp"
#include "test/faults/run.hpp"
#include "test/faults/sudden_end.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <thread>

namespace had::faults {

namespace fs = std::filesystem;

namespace {

struct Request {
    const char* verb;
    control::Args args;
    const char* order;                        // that it begins, or ends
    bool begins;
};

const std::vector<Request>& requests() {
    static const std::vector<Request> all{
        {"pause", {}, "pause", true},
        {"resume", {}, "pause", false},
        {"domain.release", {{"domain", "B"}, {"force", true}}, "release", true},
        {"domain.take", {{"domain", "B"}}, "release", false},
        {"slot.offline", {{"slot", "4"}, {"force", true}}, "offline", true},
        {"slot.online", {{"slot", "4"}}, "offline", false},
        {"reload", {{"force", true}}, "", true},
    };
    return all;
}

bool on_disk(const std::string& order) {
    return ("\n" + Run::orders()).find("\n" + order) != std::string::npos;
}

std::string leftovers() {
    std::string names;
    for (const char* directory : {"/run/had", "/var/lib/had"})
        for (const auto& entry : fs::directory_iterator(directory)) {
            const std::string name = entry.path().filename();
            if (name.starts_with("orders.") || name.starts_with("owned.") || name.starts_with("cards."))
                names += ' ' + name;
        }
    return names;
}

// What must be so after the next start.
std::string wrong_end(Run& run, const Request& request, const Answer& answer, bool before) {
    const std::string order = request.order;
    if (!order.empty()) {
        if (run.holds(order) != on_disk(order)) return "what is on the disk is not what is in force";
        if (answer.kind == Answer::Kind::done && run.holds(order) != request.begins)
            return "answered with ok, and lost";
        if (answer.kind == Answer::Kind::refused && run.holds(order) != before) return "refused, and done";
    }
    if (!run.daemon.is_ready()) return "it is not ready";
    if (run.holds("pause")) run.ask("resume");
    const auto as_ordered = [&] {
        const bool out = run.holds("offline") || run.holds("release");
        return run.health(2) == "healthy" && run.health(4) == (out ? "offline" : "healthy") &&
               has_address("p2", "10.0.9.9") && !has_address("p2", "10.0.1.1");
    };
    if (!run.until(as_ordered, 10s)) return "the file and the orders are not carried out: " + run.status().dump();
    if (const std::string names = leftovers(); !names.empty()) return "left behind:" + names;
    return "";
}

std::string try_kill(unsigned seed) {
    std::mt19937 random(seed);
    const Request& request = requests()[random() % requests().size()];
    Run run;
    run.write_conf();
    run.start_and_wait();
    if (!request.begins) {
        for (const Request& other : requests())
            if (other.begins && std::string_view(other.order) == request.order) run.ask(other.verb, other.args);
        run.until([&] { return run.holds(request.order); });
        run.until([&] { return run.health(4) == "offline"; }, 1s);
    }
    const bool before = run.holds(request.order);
    run.write_conf("10.0.9.9/24");
    const std::chrono::microseconds moment(random() % 12000);
    Answer answer;
    std::thread asking([&] { answer = run.ask(request.verb, request.args); });
    std::this_thread::sleep_for(moment);
    run.daemon.signal(SIGKILL);
    asking.join();
    run.until([&] { return run.daemon.has_ended(); });
    run.daemon.start();
    run.until([&] { return run.daemon.is_ready() || run.daemon.has_ended(); });
    const std::string wrong = wrong_end(run, request, answer, before);
    if (wrong.empty()) return "";
    return fmt::format("{} us into {} (seed {}): {}\n    the log:\n{}", moment.count(), request.verb, seed, wrong,
                       run.daemon.log());
}

} // namespace

std::vector<std::string> kills(int times, std::size_t workers) {
    const auto first = static_cast<unsigned>(std::random_device()());
    fmt::print("kills: seeds from {} on\n", first);
    return in_children(static_cast<std::size_t>(times), workers, [&](std::size_t i) -> std::string {
        try {
            return try_kill(first + static_cast<unsigned>(i));
        } catch (const std::exception& e) {
            return e.what();
        }
    });
}

} // namespace had::faults
