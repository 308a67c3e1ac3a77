// A recorder in a process of its own, beside the real server.
#pragma once

#include "had/record/database.hpp"
#include "had/recorder/recorder.hpp"
#include "test/unit/control/wire.hpp"

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace had::test {

inline bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }
inline std::string whole(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Recorded {
    using Database = record::Database;

    Recorded() : database(had.dir.path / "history.db") { write_config(""); }
    Recorded(const Recorded&) = delete;
    Recorded& operator=(const Recorded&) = delete;
    ~Recorded() { end(SIGKILL); }

    void write_config(const std::string& more) const {
        std::ofstream(config()) << "[had]\nhistory_age = 36500d\n" << more;
    }
    void want_figures() const { write_config("metrics_file = " + figures_file() + "\n"); }
    [[nodiscard]] std::string figures_file() const { return had.dir.path / "had.prom"; }
    [[nodiscard]] std::string figures() const { return whole(figures_file()); }
    [[nodiscard]] std::string config() const { return had.dir.path / "had.conf"; }
    void start() {
        child = ::fork();
        if (child != 0) return;
        sys::Loop loop;
        std::signal(SIGXFSZ, SIG_IGN);        // a write that is not allowed fails
        loop.on_signal(SIGTERM, [&] { loop.stop(); });
        recorder::Recorder recorder(loop, {.config = config(), .socket = had.path, .database = database,
                                           .sys = had.dir.path / "sys", .hooks = had.dir.path / "notify"});
        loop.run();
        recorder.finish();
        ::_exit(0);
    }
    void end(int signal) {
        if (child <= 0) return;
        ::kill(child, signal);
        ::waitpid(std::exchange(child, 0), nullptr, 0);
    }
    [[nodiscard]] bool connected() const {
        try {
            return Database(database, Database::For::reading).mark().connected;
        } catch (const record::Trouble&) {
            return false;
        }
    }
    void happen(core::NoticeKind kind, const std::string& bond, core::NoticeLevel level = core::NoticeLevel::warning) {
        core::Notice notice;
        notice.kind = kind;
        notice.level = level;
        notice.bond = bond;
        notice.cause = "carrier";
        notice.by = "had";
        notice.text = "as it happened";
        had.server.publish(notice);
    }
    [[nodiscard]] std::size_t kept(const std::string& event = "") const {
        std::size_t count = 0;
        try {
            Database(database, Database::For::reading).for_each_event({.object = "", .event = event, .since = {}},
                                                                      [&](std::string_view) { ++count; });
        } catch (const record::Trouble&) {
        }
        return count;
    }
    [[nodiscard]] std::string reported() const {
        std::string all;
        for (const core::Command& command : had.daemon.asked)
            if (const auto* report = std::get_if<core::command::Report>(&command))
                all += report->object + "/" + report->type + " " + (report->text.empty() ? "over" : "there") + "; ";
        return all;
    }

    [[nodiscard]] bool has_reported(const std::string& what) const { return has(reported(), "recorder/" + what + ";"); }
    // It tries after ten seconds, ever more seldom.
    template <class Condition>
    bool after_a_retry(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(90);
        while (!condition() && std::chrono::steady_clock::now() < limit) had.loop.poll();
        return condition();
    }

    Served had;
    std::string database;
    pid_t child = 0;
};

} // namespace had::test
