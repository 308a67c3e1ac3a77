// The programs beside the daemon.  First what the recorder writes, through its own database, on the disk of /var/tmp:
// events in transactions of a thousand, as after a storm, and one by one, as a warning is; each with its fsync.  Then
// both in a guest with a bond of two: their memory, and how often they run in a minute in which nothing happens.
#include "test/bench/figures.hpp"

#include "had/record/database.hpp"
#include "test/chassis/played_chassis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace had::test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t many = 20'000, a_batch = 1000, alone = 200;

record::EventRow failover(std::uint64_t seq) {
    record::Told told;
    told.event = "failover";
    told.bond = "bond0";
    told.port = seq % 2 == 0 ? "2.0" : "12.0";
    told.cause = "carrier";
    told.by = "had";
    told.at = {.time = static_cast<std::int64_t>(seq) * 1'000'000, .boot = "b", .uptime = 1};
    return {"0123456789abcdef", seq, "warning", told,
            fmt::format(R"({{"event":"failover","seq":{},"instance":"0123456789abcdef",)"
                        R"("time":"2026-11-26T12:00:00.000001Z","boot":"2b4d5f6a-0000-4000-8000-1234567890ab",)"
                        R"("uptime_us":123456789,"level":"warning","port":"{}","bond":"bond0","from":"eth0",)"
                        R"("to":"eth1","cause":"carrier","by":"had","decided_us":21,"acknowledged_us":190,)"
                        R"("announced_us":205,"peers_told_us":240,"text":"bond0: active port is now eth1 (12.0), )"
                        R"(was eth0 (link lost), by had, 205 us after the loss was heard"}})", seq, told.port)};
}

// A second of so many.
double rate(record::Database& database, std::uint64_t first, std::uint64_t count, std::uint64_t in_one) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t done = 0; done < count; done += in_one) {
        record::Batch batch;
        for (std::uint64_t i = 0; i < in_one; ++i) batch.events.push_back(failover(first + done + i));
        database.write(batch, {}, {}, {.instance = "0123456789abcdef", .seq = first + done, .known = {}});
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(count) / took.count();
}

std::vector<Figure> database() {
    std::string directory = "/var/tmp/bench-recorder-XXXXXX";
    if (::mkdtemp(directory.data()) == nullptr) throw std::runtime_error("mkdtemp " + directory);
    const std::string path = directory + "/history.db";
    std::vector<Figure> figures;
    {
        record::Database database(path, record::Database::For::writing);
        const double in_batches = rate(database, 1, many, a_batch), singly = rate(database, many + 1, alone, 1);
        figures.push_back({"events a second, a thousand a transaction", fmt::format("{:.0f}", in_batches), "", "", "",
                           true});
        figures.push_back({"events a second, each on the disk by itself", fmt::format("{:.0f}", singly), "", "", "",
                           true});
    }
    const double bytes = static_cast<double>(fs::file_size(path)) / static_cast<double>(many + alone),
                 json = static_cast<double>(failover(many).json.size());
    figures.push_back({"bytes an event", fmt::format("{:.0f}", bytes), fmt::format("its JSON: {:.0f}", json),
                       fmt::format("{:.2f}", bytes / json), "", true});
    fs::remove_all(directory);
    return figures;
}

constexpr const char* conf = "[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                             "[config config1]\nbond = bond0\n[devices]\n2 = config1\n12 = config1\n";

struct Wakeups {
    double recorder = 0, notify = 0;
};

Wakeups idle_minute(Guest& guest, const Background& recorder, const Background& notify) {
    for (const Background* each : {&recorder, &notify}) wait_rest(guest, each->pid);
    const Wakeups before{wakeups(guest, recorder.pid), wakeups(guest, notify.pid)};
    std::this_thread::sleep_for(60s);         // the minute that is measured
    return {wakeups(guest, recorder.pid) - before.recorder, wakeups(guest, notify.pid) - before.notify};
}

Figure memory(Guest& guest, const std::string& name, const Background& program) {
    const double mib = status_of(guest, program.pid, "VmRSS") / 1024,
                 file = status_of(guest, program.pid, "RssFile") / 1024;
    return {name + ": resident memory", fmt::format("{:.1f} MiB", mib), "", fmt::format("{:.1f} file", file), "12 MiB",
            mib < 12};
}

std::vector<Figure> programs() {
    progress("boots user-mode Linux with the programs beside the daemon");
    Options options;
    options.needs = Needs::ports;
    PlayedChassis chassis(options);
    Guest& guest = chassis.guest();
    install(guest);
    for (const int slot : paired_slots) chassis.insert(slot, {"virtio"});
    guest.write_file("/etc/had.conf", conf);
    guest.spawn("exec had", "/run/had.log");
    guest.wait_until("hadctl wait bond0 --until healthy --timeout 1", 60s);
    const Background recorder = guest.spawn("exec had-recorder", "/run/recorder.log"),
                     notify = guest.spawn("exec had-notify", "/run/notify.log");
    guest.wait_until("hadctl availability bond0", 60s);
    std::vector<Figure> figures;
    progress("a minute in which nothing happens");
    const Wakeups rest = idle_minute(guest, recorder, notify);
    guest.expect("sed -i '1i [had]\\nmetrics_file = /run/had.prom' /etc/had.conf && hadctl reload");
    progress("the same with a file of figures");
    const Wakeups with_file = idle_minute(guest, recorder, notify);
    const auto add = [&](std::string what, double found, double most) {
        figures.push_back({std::move(what), fmt::format("{}", found), "", "", fmt::format("{}", most), found <= most});
    };
    add("had-recorder: wake-ups a minute at rest", rest.recorder, 0);
    add("the same, with metrics_file", with_file.recorder, 2);
    add("had-notify: wake-ups a minute at rest", std::max(rest.notify, with_file.notify), 0);
    figures.push_back(memory(guest, "had-recorder", recorder));
    figures.push_back(memory(guest, "had-notify", notify));
    return figures;
}

} // namespace

std::vector<Figure> recorder() {
    std::vector<Figure> figures = database();
    for (Figure& figure : programs()) figures.push_back(std::move(figure));
    return figures;
}

} // namespace had::test
