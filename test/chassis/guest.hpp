// The inside of the chassis: commands in the guest, one after the other.
//
//     guest.expect("modprobe virtio_net");                 // throws with the command's own words
//     auto had = guest.spawn("exec had -c /etc/had.conf", "/run/had.log");
//     guest.wait_until("ip -br link show bond0 | grep -q LOWER_UP", 5s);
//     BOOST_TEST(guest.run("hadctl status").rc == 3);
//
// A command is given to /bin/sh with no standard input.  Nothing it leaves behind holds up the
// next: its output is complete when its first process has ended.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "test/chassis/json_line.hpp"

namespace had::test {

struct Result {
    int rc = 0;             // 128 + N when signal N ended it, as the shell has it
    std::string out, err;   // at most a megabyte of each
    bool timed_out = false; // and was killed for it, with all that it started
};

struct Background {
    int pid = 0;
    std::string command, log;
};

class Guest {
public:
    explicit Guest(Fd port) : port_(std::move(port)) {}

    // Returns when the agent has said that it is there; throws when the limit passed.
    void wait_ready(Limit limit);

    Result run(std::string_view command, Limit limit = 20s);

    // What the command printed, without the last newline.  Throws std::runtime_error, with all
    // that is known, when it fails.
    std::string expect(std::string_view command, Limit limit = 20s);

    // Tries the command, in the guest, until it succeeds, and returns what it printed, as expect()
    // does.  Throws, with its last words, when the limit passed.  To start a program takes the
    // emulated machine some 40 ms: `grep -q 1 /sys/class/net/eth0/carrier` is a good question, a
    // pipe of three is a slow one.
    std::string wait_until(std::string_view command, Limit limit = 10s);
    // The same as a question, for what need not happen.
    bool holds_within(std::string_view command, Limit limit);
    // For a state that has to be judged out here; `what` names it in the complaint.
    void wait_until(const std::function<bool()>& holds, Limit limit, std::string_view what);

    // Both streams go to the log.  Begin with `exec`, or signals and the exit code are those of a
    // shell in front of the program.  It lives until it ends, is stopped, or the story is over.
    Background spawn(std::string_view command, std::string_view log = "/dev/null");
    bool running(const Background& process);
    // Its exit code; throws when it still runs after the limit.
    int wait_exit(const Background& process, Limit limit = 10s);
    void signal(const Background& process, int signal_number);
    // SIGTERM, and what wait_exit says.
    int stop(const Background& process, Limit limit = 10s);
    // SIGKILL to everything in the guest that is no part of the kernel.
    void kill_everything();

    // One line of JSON to a program's socket, and its answer: costs next to nothing.
    Json consult(const std::string& socket, const Json& question, Limit limit = 10s);

    // Of a chassis that plays its cards: what the daemon is shown (agent/player.hpp).
    void play(const Json& what) { ask(what, 0s); }

    void write_file(const std::string& path, std::string_view content);
    std::string read_file(const std::string& path);

private:
    Json ask(Json request, Limit limit);

    JsonLine port_;
    int last_id_ = 0;
};

// The same command, run by the far end: the network on the other side of the cables.
std::string in_far_end(std::string_view command);
// One word for the shell, whatever it contains.
std::string shell_word(std::string_view word);

} // namespace had::test
