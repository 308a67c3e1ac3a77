// One flow of numbered packets: from the near side to the far end, and every one back again.  Both
// ends are this process, a socket in each network namespace, so one clock sees both directions.
#pragma once
#include <netinet/in.h>
#include <optional>
#include <string>

#include "test/chassis/json_line.hpp"
#include "test/chassis/traffic/ledger.hpp"

namespace had::test::traffic {

struct Flow {
    std::string to = "10.0.1.2"; // the far end's address
    std::string far_namespace = "far";
    std::uint16_t port = 7000;
    int rate = 1000; // packets a second
    bool one_way = false; // the far end counts them and answers none
};

class Run {
public:
    explicit Run(const Flow& flow);

    // Sends what is due; packets that are late by much are not sent in a burst, which would lose
    // some in queues that no story is about.
    void tick();
    void far_ready();
    void near_ready();

    int far_fd() const { return far_.get(); }
    int near_fd() const { return near_.get(); }
    bool all_through() const { return last_leg().count() == static_cast<int>(sent_); }
    Clock::time_point last_through() const { return last_leg().last(); }

    // Counts from here on.
    void reset();
    void stop_sending() { stopped_ = Clock::now(); }
    Json report() const;

private:
    std::uint64_t settled() const;
    const Ledger& last_leg() const { return flow_.one_way ? out_ : back_; }

    Flow flow_;
    sockaddr_in target_{};
    Fd near_, far_;
    std::uint64_t epoch_; // packets of another run, or from before a reset, are not ours
    Clock::time_point start_, next_;
    std::optional<Clock::time_point> stopped_;
    std::uint64_t sent_ = 0;
    int refused_ = 0; // by our own kernel: no route, no carrier
    Ledger out_, back_;
};

} // namespace had::test::traffic
