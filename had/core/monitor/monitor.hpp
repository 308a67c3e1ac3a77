// A monitor at work on one interface: a bond and its ports, a VLAN, a plain port.
//
// Each kind is a file: what it asks and when, and what an answer means.  It sends nothing itself.  The part of the
// turn that drives it (had/run/paths.hpp) calls step() at the times that due() names, sends the questions, and hands
// the answers back.
#pragma once

#include "had/core/monitor/judgement.hpp"
#include "had/core/monitor/path_report.hpp"
#include "had/core/monitor/prober.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace had::core {

struct WatchedPort {
    Ifindex index = 0;
    std::string name;                         // "2.1", else the interface's
    std::uint8_t place = 0;                   // its number among all ports that had.conf names for the bond
    bool carrier = false;                     // up, too
    bool active = false;                      // the bond's traffic goes through it
    Mac mac;                                  // who it is as it asks
    std::uint32_t mtu = 0;

    friend bool operator==(const WatchedPort&, const WatchedPort&) = default;
};

// The beat of a monitor: a round each interval, and in between the time at which what is still open is lost.
class Rounds {
public:
    struct Pace {
        Duration interval, waits;             // from round to round; until what is open is lost
    };
    explicit Rounds(Pace pace) : pace_(pace) {}
    // From now on.  What is open stays so.
    void take(Pace pace, TimePoint now) {
        pace_ = pace;
        if (next_) ask_at_ = std::min(ask_at_, now + pace.interval), next_ = std::min(*next_, ask_at_);
    }

    [[nodiscard]] std::optional<TimePoint> due() const { return next_; }
    // True: questions are to be asked.  `late`: the daemon was, so silence counts for nothing.
    struct Beat {
        bool ask = false, late = false;
    };
    Beat beat(TimePoint now);
    // After a round: whether anything is open, whose time ends before the next round.
    void note_open(bool open);
    // What is still open is not given up for it, however often this is called.
    void hurry(TimePoint now) {
        if (next_ && now >= asked_ + pace_.waits) ask_at_ = now, next_ = now;
    }
    void stop() { next_.reset(); }
    void start(TimePoint now) {
        if (!next_) ask_at_ = now, next_ = now;
    }

private:
    Pace pace_;
    TimePoint ask_at_{}, asked_{};
    std::optional<TimePoint> next_;
};

class Monitor {
public:
    explicit Monitor(MonitorConfig config);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    virtual ~Monitor() = default;

    [[nodiscard]] const MonitorConfig& config() const { return config_; }
    // Another section of the same kind, from now on: what is known of the ports stays.
    void take(MonitorConfig config, TimePoint now);

    // The ports as they are now.  What is known of a port that stays is kept, until its carrier comes anew.
    // `adopted`: they were found serving at the daemon's start.  When it throws all is as before.
    virtual void watch(const std::vector<WatchedPort>& ports, TimePoint now, bool adopted) = 0;
    [[nodiscard]] virtual std::vector<Ear> ears() const = 0;
    // When step() is to be called next; nothing: never.
    [[nodiscard]] virtual std::optional<TimePoint> due() const { return rounds_.due(); }
    // What is to be asked now.  What was not answered in time is lost, unless the call itself is late.
    virtual std::vector<Question> step(TimePoint now, Prober& prober) = 0;
    // False: it answers none of its questions, also no earlier one.
    virtual bool hear(const Answer& answer, TimePoint now) = 0;
    // A question of step() did not go out, by an error of this host: its silence says nothing.
    virtual void not_asked(const Question&) {}
    // Whether anything that judge() depends on has changed since they were taken.
    [[nodiscard]] bool has_news() const { return news_; }
    void take_news() { news_ = false; }
    // True once when it suspects a port: then the others are told to ask at once.
    [[nodiscard]] virtual bool take_suspicion() { return false; }
    virtual void hurry(TimePoint) {}
    [[nodiscard]] virtual Judgement judge(TimePoint now) = 0;
    [[nodiscard]] virtual std::vector<PathReport> report(TimePoint now) const = 0;

protected:
    void note_news(bool news) { news_ = news_ || news; }
    Rounds rounds_;

private:
    MonitorConfig config_;
    bool news_ = true;
};

// Who a monitor works for.
struct MonitorPlace {
    std::string interface;                    // "bond0"
    std::uint64_t group = 0;                  // of its frames among all others on the same network
    std::vector<IpAddress> targets = {};      // resolved
    std::optional<std::uint16_t> vlan = {};   // 802.1Q id
    bool whole = false;                       // not port by port

    friend bool operator==(const MonitorPlace&, const MonitorPlace&) = default;
};

std::unique_ptr<Monitor> make_monitor(const MonitorConfig& config, const MonitorPlace& place);
// By which it asks.  Nothing: it asks nobody.
std::optional<Transport> transport_of(MonitorKind kind);

} // namespace had::core
