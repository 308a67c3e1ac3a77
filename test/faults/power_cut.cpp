#include "test/faults/in_child.hpp"
#include "test/faults/run.hpp"
#include "test/faults/sudden_end.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <sys/stat.h>

namespace had::faults {

namespace fs = std::filesystem;

namespace {

struct State {
    std::string file;
    std::string whole;
};

struct Cut {
    std::string name;
    std::string file;
    std::function<void()> make;
};

// What a daemon with two orders has written.
State state_of(const std::string& file) {
    return {file, in_child([&] {
                Run run;
                run.write_conf();
                run.start_and_wait();
                if (run.ask("domain.release", {{"domain", "B"}, {"force", true}}).kind != Answer::Kind::done ||
                    run.ask("slot.offline", {{"slot", "2"}, {"force", true}}).kind != Answer::Kind::done)
                    throw std::runtime_error("the orders are not taken");
                run.until([&] { return run.health(4) == "offline" && run.health(2) == "offline"; });
                run.until([&] { return Run::orders().find(" out ") != std::string::npos; }, 3s);
                run.daemon.signal(SIGTERM);
                run.until([&] { return run.daemon.has_ended(); });
                return read(file);
            })};
}

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string text(size, ' ');
    for (char& c : text) c = static_cast<char>(random());
    return text;
}

std::vector<Cut> cuts_of(const State& state, int step) {
    std::vector<Cut> cuts;
    const auto add = [&](const std::string& how, std::function<void()> make) {
        cuts.push_back({fmt::format("{}: {}", state.file, how), state.file, std::move(make)});
    };
    const auto text = [file = state.file](std::string content) { return [=] { write(file, content); }; };
    for (std::size_t size = 0; size < state.whole.size(); size += static_cast<std::size_t>(step))
        add(fmt::format("the first {} of {} bytes", size, state.whole.size()), text(state.whole.substr(0, size)));
    for (std::size_t size = 0; size < state.whole.size(); size += static_cast<std::size_t>(step) * 4)
        add(fmt::format("zeros from byte {} on", size),
            text(state.whole.substr(0, size) + std::string(state.whole.size() - size, '\0')));
    for (const unsigned seed : {1U, 2U, 3U}) add("noise", text(noise(400, seed)));
    add("3 MB of noise", text(noise(3 << 20, 4)));
    add("a directory", [file = state.file] { fs::create_directories(file + "/below"); });
    add("a FIFO", [file = state.file] { ::mkfifo(file.c_str(), 0600); });
    add("a link to itself", [file = state.file] { fs::create_symlink(file, file); });
    add("a link to a device", [file = state.file] { fs::create_symlink("/dev/zero", file); });
    return cuts;
}

bool is_kept(const fs::path& file, const std::string& content) {
    for (const auto& entry : fs::directory_iterator(file.parent_path()))
        if (entry.path().filename().string().starts_with(file.filename().string()) && entry.is_regular_file() &&
            read(entry.path()) == content)
            return true;
    return content.empty();
}

std::string try_cut(const Cut& cut) {
    Run run;
    run.write_conf();
    fs::create_directories(fs::path(cut.file).parent_path());
    cut.make();
    std::error_code error;
    const bool regular = fs::is_regular_file(fs::symlink_status(cut.file, error));
    const std::string content = regular ? read(cut.file) : "";
    run.daemon.start();
    if (!run.until([&] { return run.daemon.is_ready() || run.daemon.has_ended(); })) return "it does not come up";
    if (run.daemon.has_ended()) return "it ends by " + run.daemon.end() + ": " + run.daemon.log();
    if (!run.holds("pause")) return "it is not paused";
    if (run.daemon.log().find(cut.file) == std::string::npos) return "it does not say why it is paused";
    if (regular && !is_kept(cut.file, content)) return "what it could not read is gone";
    if (run.daemon.log().size() > 10000) return fmt::format("it says {} bytes of it", run.daemon.log().size());
    run.ask("resume");
    // A line of which only the end is gone is an order still: it holds.
    const auto as_ordered = [&](int slot, const char* order) {
        return run.health(slot) == (run.holds(order) ? "offline" : "healthy");
    };
    if (!run.until([&] { return as_ordered(2, "offline") && as_ordered(4, "release"); }))
        return "afterwards it does not come to its work: " + run.status().dump();
    return "";
}

} // namespace

std::vector<std::string> power_cuts(int step, std::size_t workers) {
    std::vector<Cut> all;
    for (const char* file : {"/var/lib/had/orders", "/run/had/owned", "/var/lib/had/cards"})
        for (Cut& cut : cuts_of(state_of(file), step)) all.push_back(std::move(cut));
    return in_children(all.size(), workers, [&](std::size_t i) -> std::string {
        try {
            const std::string wrong = try_cut(all[i]);
            return wrong.empty() ? wrong : all[i].name + ": " + wrong;
        } catch (const std::exception& e) {
            return all[i].name + ": " + e.what();
        }
    });
}

} // namespace had::faults
