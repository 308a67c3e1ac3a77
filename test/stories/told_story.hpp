// The base of the stories about what others are told: two cards, the daemon, and the recorder beside it.
#pragma once

#include "test/stories/had_story.hpp"

#include <csignal>
#include <string>

namespace had::test {

inline std::string with_figures(const std::string& conf = two_cards_conf) {
    return "[had]\nmetrics_file = /run/had.prom\n" + conf;
}

struct Told : HadStory {
    explicit Told(const std::string& conf = two_cards_conf) : HadStory(ports_only()) {
        chassis.insert(2, {"virtio"});
        chassis.insert(12, {"virtio"});
        start(with_figures(conf));
        wait("bond0", "healthy", 60s);
        start_recorder();
    }
    void start_recorder() {
        recorder = guest.spawn("exec had-recorder", "/run/recorder.log");
        guest.wait_until("hadctl availability bond0");
    }
    void kill_recorder() {
        guest.signal(recorder, SIGKILL);
        guest.wait_exit(recorder);
    }
    // The bond moves away from its port, which then is well again.
    void fail_over() {
        wait_earned();
        const int slot = active_slot();
        const std::string before = active();
        chassis.cut_cable(slot, 0);
        guest.wait_until("! grep -qx " + before + " /sys/class/net/bond0/bonding/active_slave");
        chassis.mend_cable(slot, 0);
        wait("bond0", "healthy");
    }
    std::string availability(const std::string& key) {
        return guest.expect("hadctl availability bond0 --last 2d --json | sed 's/.*\"" + key +
                            "\":\\([^,}]*\\).*/\\1/'");
    }
    std::int64_t micros(const std::string& key) { return std::stoll(availability(key)); }
    void wait_failovers(int count) {
        guest.wait_until("test $(hadctl history bond0 --event failover --json | wc -l) -eq " + std::to_string(count));
    }

    Background recorder;
};

} // namespace had::test
