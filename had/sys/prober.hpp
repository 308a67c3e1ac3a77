// Asks and listens for the monitors: a socket for each port and way of asking, in the loop that is there.
//
// The ports of a bond are asked one by one, also those that are inactive; an interface with an address is asked as a
// whole (Transport::echo, udp), or by a program.  Filters in the kernel keep everything else from waking the daemon.
// Needs CAP_NET_RAW.
//
// A port that goes down keeps its socket, which hears again when the port is up.  One that goes away takes it along: a
// new one has another index, and is another ear.
//
// The kernel lets who closes a packet socket wait until no processor uses it any more (net/packet/af_packet.c
// packet_release): some ten milliseconds.  So those that are left are closed later, one by one.
#pragma once

#include "had/core/monitor/prober.hpp"
#include "had/sys/file_watches.hpp"
#include "had/sys/link_counter.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/probe_socket.hpp"
#include "had/sys/program_runs.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace had::sys {

class Prober final : public core::Prober {
public:
    using Hears = std::function<void(const core::Answer&)>;

    // What is heard comes from the loop, as long as this lives; `hears` may call listen() and ask().  `trouble` is told
    // what no answer says: once, as long as it is the same.
    Prober(Loop& loop, Hears hears, std::function<void(const std::string&)> trouble = {},
           LinkCounter counter = LinkCounter());
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;

    // A socket that has told an error is opened anew.
    void listen(const std::vector<core::Ear>& ears) override;
    // Of a port and transport that is not listened to: ENOTCONN.  That is no word of the kernel's.
    int ask(const core::Question& question) override;
    std::optional<std::uint64_t> received(core::Ifindex port) override;
    bool hears_file(const std::string& path) override { return files_.hears(path); }
    std::optional<bool> says_failed(const std::string& path) override;

private:
    using Key = std::tuple<core::Ifindex, core::Transport, core::IpFamily>;
    struct Line {
        std::vector<core::Ear> ears;
        std::unique_ptr<ProbeSocket> socket;
        int error = 0;                        // why there is no socket
        bool worn = false;                    // has told an error
        Watch watch;                          // behind the socket: it ends before
        core::Duration rest{};                // how long the last one was
        core::TimePoint rested{};             // when it ended
        Timer resting;                        // until it ends, what is for others is not looked at
    };
    static Key key_of(const core::Ear& ear, core::IpFamily family);
    static std::map<Key, std::vector<core::Ear>> by_line(const std::vector<core::Ear>& ears);
    void listen(const Key& key, Line& line, std::vector<core::Ear> ears);
    void open(const Key& key, Line& line);
    void leave(Line& line);
    void close_one();
    void drain(const Key& key, Line& line);
    void tell_unread(core::Ifindex port, const char* why);
    void rest_from_others(Line& line);

    Loop& loop_;
    Hears hears_;
    ProgramRuns programs_;
    FileWatches files_;
    std::uint64_t identity_;
    LinkCounter counter_;
    std::map<Key, Line> lines_;
    std::map<core::Ifindex, std::uint64_t> answers_;          // heard, by port
    std::map<core::Ifindex, std::string> unread_;             // by port: why its counter cannot be read, as told
    std::function<void(const std::string&)> trouble_;
    int not_listened_to_;                     // what ask() says then
    std::deque<std::unique_ptr<ProbeSocket>> left_;
    Timer closing_;
    std::array<std::uint8_t, 65536> room_{};  // for the longest packet
};

} // namespace had::sys
